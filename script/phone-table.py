"""Prints a table of phone numbers as JSON: what is typed, with which default country, and what phonenumbers keeps of it.

A number is kept when its country has numbers of this length, as domain::phone does. The table is the same each time.
"""

import json
import random

import phonenumbers as pn

KINDS = [pn.PhoneNumberType.FIXED_LINE, pn.PhoneNumberType.MOBILE, pn.PhoneNumberType.TOLL_FREE, pn.PhoneNumberType.VOIP]
FORMATS = [pn.PhoneNumberFormat.E164, pn.PhoneNumberFormat.INTERNATIONAL, pn.PhoneNumberFormat.NATIONAL]
ODD = ["", " ", "call me", "+", "+1", "123", "0", "00", "++12125550123", "+12125550123 ext. 5", "1-800-FLOWERS",
       "tel:+12125550123", "(212) 555-0123", "555-0123", "+999123456789", "+800 1234 5678", "٠١٢٣٤٥٦٧٨٩", "+1 (212) 555-01234"]


def kept(typed, country):
    try:
        number = pn.parse(typed, country)
    except pn.NumberParseException:
        return None
    if pn.is_possible_number_with_reason(number) != pn.ValidationResult.IS_POSSIBLE:
        return None
    return pn.format_number(number, pn.PhoneNumberFormat.E164)


def spoiled(typed, chance):
    place = chance.randrange(len(typed))
    return chance.choice([typed[:place] + typed[place + 1:], typed + str(chance.randrange(10)), typed[:place] + "x" + typed[place:]])


def numbers(chance):
    for country in sorted(pn.SUPPORTED_REGIONS):
        for kind in KINDS:
            example = pn.example_number_for_type(country, kind)
            if example is None:
                continue
            for form in FORMATS:
                typed = pn.format_number(example, form)
                yield typed, country
                yield typed, None
                yield spoiled(typed, chance), country
        for typed in ODD:
            yield typed, country


def main():
    chance = random.Random(20261121)
    lines = [{"typed": typed, "country": country, "kept": kept(typed, country)} for typed, country in numbers(chance)]
    # What is empty is no number at all, and not wrong.
    print(json.dumps([line for line in lines if line["typed"].strip()], ensure_ascii=False, indent=0))


main()
