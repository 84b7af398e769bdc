// Data for looking at pages, made through the REST API as a program would: a finished campaign with every kind of
// ending, a draft, and enough people to page through.
import { expect } from "@playwright/test";
import type { Sink } from "./mail.ts";

export interface Api {
  /** The key that it shows. */
  key: string;
  get(path: string): Promise<any>;
  post(path: string, body?: unknown): Promise<any>;
  /** Sends a file of people, to be imported at once where it comes with a mapping; answers when it rests. */
  file(name: string, text: string, mapping?: unknown): Promise<any>;
  /** Sends a file as it is. */
  put(path: string, file: Buffer): Promise<any>;
}

export function api(url: string, key: string): Api {
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  };
  const file = async (name: string, text: string, mapping?: unknown) => {
    const form = new FormData();
    if (mapping !== undefined) form.set("mapping", JSON.stringify(mapping));
    form.set("file", new Blob([text]), name);
    const answer = await fetch(`${url}/api/v1/imports`, { method: "POST", headers: { authorization: `Bearer ${key}` }, body: form });
    if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
    const { id } = await answer.json();
    const rests = async () => ["uploaded", "checked", "completed", "failed", "stopped"].includes((await call("GET", `/imports/${id}`)).status);
    await expect.poll(rests, { timeout: 60_000 }).toBe(true);
    return call("GET", `/imports/${id}`);
  };
  const put = async (path: string, file: Buffer) => {
    const answer = await fetch(`${url}/api/v1${path}`, { method: "PUT", headers: { authorization: `Bearer ${key}` }, body: new Uint8Array(file) });
    if (!answer.ok) throw new Error(`PUT ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return { key, get: (path) => call("GET", path), post: (path, body) => call("POST", path, body), put, file };
}

/** A campaign that is finished with two people in doubt. */
export async function inDoubt(api: Api, sender: string, template: string) {
  const list = await api.post("/lists", { name: "Behind a silent server", type: "static" });
  for (const name of ["Ada", "Grace"]) {
    const consents = [{ channel: "email", state: "granted", source: "Form at the till" }];
    await api.post("/contacts", { email: `silent.${name.toLowerCase()}@customers.example`, first_name: name, last_name: "Silver", consents, lists: [list.id] });
  }
  const campaign = await api.post("/campaigns", {
    name: "To the silent",
    type: "bulk",
    channels: ["email"],
    content: { email: { template_id: template } },
    sender_id: sender,
    audience: { include: [{ type: "list", id: list.id }] },
  });
  await api.post(`/campaigns/${campaign.id}/start`);
  await expect.poll(async () => (await api.get(`/campaigns/${campaign.id}/stats`)).status_shown, { timeout: 60_000 }).toBe("Finished, 2 in doubt");
  return campaign;
}

const first = ["Ada", "Grace", "Edsger", "Barbara", "Donald", "Frances", "Alan", "Radia", "Ken", "Margaret"];
const last = ["Okafor", "Moretti", "Lindqvist", "Haddad", "Whitfield", "Nakamura", "O'Brien", "Silva"];

/** One of each block. */
export function blocks() {
  const text = (words: string) => ({ type: "text", text: [{ runs: [{ text: words }, { text: " today", bold: true }] }] });
  return {
    settings: { preheader: "The kiln is hot again" },
    blocks: [
      { type: "heading", text: "Spring, {{first_name}}" },
      text("We open"),
      { type: "image", url: "https://maplerow.example/kiln.jpg", alt: "The kiln, open and warm" },
      { type: "button", label: "Book a class", url: "https://maplerow.example/book", align: "center" },
      { type: "divider" },
      { type: "columns", columns: [[{ type: "heading", level: 3, text: "Clay" }, text("For hands")], [{ type: "heading", level: 3, text: "Glaze" }, text("For eyes")]] },
      { type: "spacer" },
    ],
    footer: { note: "You asked for our news." },
  };
}

export async function seed(api: Api, sink: Sink) {
  const config = { host: "127.0.0.1", port: sink.port, tls: "none" };
  const provider = await api.post("/providers", { channel: "email", kind: "smtp", name: "Loopback", config });
  const sender = await api.post("/senders", { email: "news@maplerow.example", name: "Maple Row Studios", provider_id: provider.id });
  const list = await api.post("/lists", { name: "Newsletter", type: "static", description: "Asked for at the till and on the web site" });
  const other = await api.post("/lists", { name: "Staff", type: "static" });
  const contacts = [];
  for (let i = 0; i < 64; i += 1) {
    const to = i % 16 === 5 ? "unknown" : first[i % first.length].toLowerCase();
    contacts.push(
      await api.post("/contacts", {
        email: `${to}.${i}@customers.example`,
        first_name: first[i % first.length],
        last_name: last[(i * 3) % last.length],
        business_name: i % 9 === 0 ? "Hoboken Pottery & Glass Cooperative of the North Side" : "",
        consents: i % 8 === 3 ? [] : [{ channel: "email", state: "granted", source: "Form at the till, spring 2026" }],
        lists: i === 63 ? [list.id, other.id] : [list.id],
      }),
    );
  }
  const html = "<h1 style=\"color:#5b2a86\">Hello {{first_name}}</h1><p>The kiln is hot again. <a href=\"https://maplerow.example/book\">Book a class</a>.</p>";
  const template = await api.post("/templates", { name: "Autumn open house", channel: "email", subject: "{{first_name}}, the kiln is hot", html });
  const mosaic = await api.post("/templates", { name: "Spring in blocks", channel: "email", subject: "Spring", format: "blocks", blocks: blocks() });
  for (const starter of ["welcome", "receipt"]) await api.post("/templates", { starter });
  const campaign = (name: string) =>
    api.post("/campaigns", {
      name,
      type: "bulk",
      channels: ["email"],
      content: { email: { template_id: template.id } },
      sender_id: sender.id,
      audience: { include: [{ type: "list", id: list.id }], exclude: [{ type: "list", id: other.id }] },
    });
  const finished = await campaign("October newsletter");
  await api.post(`/campaigns/${finished.id}/start`);
  await expect.poll(async () => (await api.get(`/campaigns/${finished.id}/stats`)).status, { timeout: 60_000 }).toBe("completed");
  const stats = await api.get(`/campaigns/${finished.id}/stats`);
  const [someone] = (await api.get(`/campaigns/${finished.id}/recipients?status=sent&limit=1`)).data;
  expect(stats.waiting + stats.sent + stats.skipped + stats.failed + stats.in_doubt + stats.cancelled).toBe(stats.audience);
  expect([stats.audience, stats.skipped, stats.failed]).toEqual([63, 8, 4]);
  const held = await campaign("Winter classes, held back so that the undo can be seen");
  await api.post(`/campaigns/${held.id}/start`, { hold_seconds: 3600 });
  const draft = await campaign("Spring draft");
  const scheduled = await campaign("Booked for next year");
  await api.post(`/campaigns/${scheduled.id}/schedule`, { at: `${new Date().getUTCFullYear() + 1}-03-03T10:00`, time_zone: "Europe/Rome" });
  const doubted = await inDoubt(api, sender.id, template.id);
  const sandbox = (await api.get("/providers")).data.find((account: { kind: string }) => account.kind === "sandbox");
  const rehearsing = await api.post("/senders", { email: "try@maplerow.example", name: "Maple Row Studios", provider_id: sandbox.id });
  const rehearsal = await api.post("/campaigns", {
    name: "Dress rehearsal",
    type: "bulk",
    channels: ["email"],
    content: { email: { template_id: template.id } },
    sender_id: rehearsing.id,
    audience: { include: [{ type: "list", id: other.id }], exclude: [] },
  });
  await api.post(`/campaigns/${rehearsal.id}/start`);
  await expect.poll(async () => (await api.get("/sandbox/messages")).data.length, { timeout: 60_000 }).toBe(1);
  const mail = (await api.get("/sandbox/messages")).data[0];
  const secret = { region: "eu-central-1", access_key_id: "AKIAEXAMPLE", secret_access_key: "not a real one", configuration_set: "news" };
  const ses = await api.post("/providers", { channel: "email", kind: "ses", name: "Amazon", rate_per_second: 14, config: secret });
  const fair = "Nome;E-Mail;Cell;Newsletter?;Note\nGiulia;giulia@fair.example;+12125550177;si;likes mornings\nMarco;marco@fair;;no;\nAda;ada.0@customers.example;;si;\n";
  const waiting = await api.file("spring-fair.csv", fair);
  const imported = await api.file("fair-of-last-year.csv", fair, { list_name: "Fair", basis: "consent", wording: "News by e-mail, please" });
  expect([imported.created, imported.updated, imported.rejected]).toEqual([1, 1, 1]);
  for (const note of ["Reported by phone", ""]) {
    const [channel, address] = note ? ["email", "a.very.long.address.that.nobody.writes@suppressed.customers.example"] : ["sms", "+12125550123"];
    await api.post("/suppressions", { channel, address, reason: note ? "complaint" : "stop", note });
  }
  const said = { source: "booking_form", wording: "Send me news of the studio by text message.", evidence: "Form at the desk", address: "192.0.2.7" };
  await api.post(`/contacts/${contacts[0].id}/consents`, { channel: "sms", state: "granted", at: "2026-02-14T09:30:00Z", ...said });
  await api.post(`/contacts/${contacts[0].id}/consents`, { channel: "voice", purpose: "transactional", state: "withdrawn", source: "manual" });
  const users = await api.get("/users");
  await api.post("/invitations", { email: "olga.with.a.rather.long.address@customers.example", roles: ["marketer", "approver"] });
  const invited = await api.post("/invitations", { email: "paul@maplerow.example", roles: ["viewer"] });
  const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
  await api.put("/workspace/logo", png);
  const news = sink.mails().findLast(({ headers }) => headers["list-unsubscribe"])!;
  const link = news.headers["list-unsubscribe"].slice(1, -1);
  const preferences = news.html.match(/\/p\/[\w.-]+/)![0];
  return {
    pages: {
      "/": ["/"],
      "/campaigns": ["/campaigns", "/campaigns?status=draft", `/campaigns?archived=all&delete=${draft.id}`],
      "/campaigns/calendar": ["/campaigns/calendar", "/campaigns/calendar?month=2020-02", `/campaigns/calendar?month=${new Date().getUTCFullYear() + 1}-03`],
      "/campaigns/:id": [`/campaigns/${finished.id}`, `/campaigns/${held.id}`, `/campaigns/${draft.id}`, `/campaigns/${scheduled.id}`],
      "/campaigns/:id/audience": [`/campaigns/${draft.id}/audience`, `/campaigns/${finished.id}/audience?reason=no_consent&detail=never`],
      "/campaigns/:id/edit": [`/campaigns/${draft.id}/edit`],
      "/campaigns/:id/edit/:step": [`/campaigns/${draft.id}/edit/audience`, `/campaigns/${draft.id}/edit/content`, `/campaigns/${draft.id}/edit/timing`],
      "/campaigns/:id/in-doubt": [`/campaigns/${doubted.id}/in-doubt`, `/campaigns/${finished.id}/in-doubt`],
      "/campaigns/:id/recipients": [`/campaigns/${finished.id}/recipients`, `/campaigns/${finished.id}/recipients?state=failed`],
      "/campaigns/:id/make-list": [`/campaigns/${finished.id}/make-list?state=failed`, `/campaigns/${draft.id}/make-list`],
      "/campaigns/:id/recipients/:message": [`/campaigns/${finished.id}/recipients/${someone.id}`],
      "/campaigns/:id/report": [`/campaigns/${finished.id}/report`, `/campaigns/${draft.id}/report`, `/campaigns/${finished.id}/report?range=7d`],
      "/campaigns/:id/results": [`/campaigns/${finished.id}/results`],
      "/campaigns/:id/test": [`/campaigns/${draft.id}/test`],
      "/campaigns/new": ["/campaigns/new"],
      "/contacts": ["/contacts", "/contacts?q=nobody", "/contacts?tag=regular&consent=granted"],
      "/contacts/:id": [`/contacts/${contacts[0].id}`, `/contacts/${contacts[3].id}`],
      "/contacts/:id/edit": [`/contacts/${contacts[0].id}/edit`],
      "/contacts/:id/erase": [`/contacts/${contacts[0].id}/erase`],
      "/contacts/:id/merge": [`/contacts/${contacts[0].id}/merge?q=customers`, `/contacts/${contacts[0].id}/merge?with=${contacts[1].id}`],
      "/contacts/new": ["/contacts/new"],
      "/imports": ["/imports"],
      "/imports/:id": [`/imports/${waiting.id}`, `/imports/${imported.id}`],
      "/imports/new": ["/imports/new"],
      "/forgot-password": ["/forgot-password", "/forgot-password?done=asked"],
      "/invitation/:token": [new URL(invited.link).pathname],
      "/lists": ["/lists"],
      "/lists/:id": [`/lists/${list.id}`, `/lists/${list.id}?status=removed`],
      "/lists/:id/add": [`/lists/${other.id}/add`],
      "/lists/:id/edit": [`/lists/${list.id}/edit`],
      "/lists/new": ["/lists/new"],
      "/settings": ["/settings"],
      "/settings/account": ["/settings/account"],
      "/settings/api-keys": ["/settings/api-keys"],
      "/settings/audit": ["/settings/audit", "/settings/audit?action=list.&from=2026-01-01"],
      "/settings/brand": ["/settings/brand"],
      "/settings/custom-fields": ["/settings/custom-fields"],
      "/settings/limits": ["/settings/limits"],
      "/settings/stages": ["/settings/stages"],
      "/settings/outbox": ["/settings/outbox", "/settings/outbox?q=nobody"],
      "/settings/outbox/:id": [`/settings/outbox/${mail.id}`],
      "/settings/providers": ["/settings/providers"],
      "/settings/providers/:id": [`/settings/providers/${provider.id}`, `/settings/providers/${ses.id}`, `/settings/providers/${sandbox.id}`],
      "/settings/providers/:id/webhook": [`/settings/providers/${provider.id}/webhook`, `/settings/providers/${ses.id}/webhook`],
      "/settings/providers/new": ["/settings/providers/new", "/settings/providers/new?kind=ses", "/settings/providers/new?kind=sandbox"],
      "/settings/senders": ["/settings/senders"],
      "/settings/workspace": ["/settings/workspace"],
      "/settings/senders/:id": [`/settings/senders/${sender.id}`],
      "/settings/users": ["/settings/users"],
      "/settings/users/:id": [`/settings/users/${users.data[0].id}`],
      "/settings/users/invite": ["/settings/users/invite"],
      "/settings/users/new": ["/settings/users/new"],
      "/styleguide": ["/styleguide"],
      "/suppressions": ["/suppressions", "/suppressions?channel=voice"],
      "/suppressions/import": ["/suppressions/import"],
      "/suppressions/new": ["/suppressions/new"],
      "/p/:token": [preferences, "/p/test"],
      "/templates": ["/templates", "/templates?category=transactional", "/templates?q=nothing"],
      "/templates/:id": [`/templates/${template.id}`],
      "/templates/:id/editor": [`/templates/${mosaic.id}/editor`],
      "/templates/:id/test": [`/templates/${template.id}/test`],
      "/templates/:id/versions": [`/templates/${template.id}/versions`],
      "/templates/new": ["/templates/new", "/templates/new?start=event", "/templates/new?start=mjml"],
      "/templates/new/blocks": ["/templates/new/blocks"],
      "/unsubscribe/:token": [new URL(link).pathname],
    } as Record<string, string[]>,
  };
}
