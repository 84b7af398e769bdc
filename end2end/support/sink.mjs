// An SMTP server of somebody else's making (npm smtp-server) that keeps every mail as a line of JSON:
//   node sink.mjs FILE [--port N] [--user NAME --password WORD] [--slow MILLISECONDS]
// With --slow it takes its time before it says that a message was accepted.
// It prints its port, then serves until it is killed. It speaks STARTTLS with a self-signed certificate and
// takes mail without signing in, unless --user is given. Some recipients are refused, by their local part:
//   unknown…  550 5.1.1, no such user       full…  452 4.2.2, mailbox full, later perhaps
//   silent…   takes the whole message and hangs up without a word, the first time
// A mail: { at, from, to: [envelope], subject, headers: { name: last value }, text, html, raw }
import { appendFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: "string", default: "0" }, user: { type: "string" }, password: { type: "string" }, slow: { type: "string", default: "0" } },
});
const [file] = positionals;
if (!file) throw new Error("use: node sink.mjs FILE [--port N] [--user NAME --password WORD]");
writeFileSync(file, "");

const refuse = (responseCode, text) => Object.assign(new Error(text), { responseCode });

const hungUpOn = new Set();

const server = new SMTPServer({
  logger: false,
  disableReverseLookup: true,
  authOptional: values.user === undefined,
  allowInsecureAuth: true,
  onAuth(auth, _session, done) {
    const right = auth.username === values.user && auth.password === values.password;
    done(right ? null : refuse(535, "5.7.8 wrong user name or password"), right ? { user: auth.username } : undefined);
  },
  onRcptTo({ address }, _session, done) {
    if (address.startsWith("unknown")) return done(refuse(550, "5.1.1 no such user"));
    if (address.startsWith("full")) return done(refuse(452, "4.2.2 mailbox full"));
    done();
  },
  onData(stream, { id, envelope }, done) {
    const parts = [];
    stream.on("data", (part) => parts.push(part));
    stream.on("end", async () => {
      const raw = Buffer.concat(parts);
      const mail = await PostalMime.parse(raw);
      const line = {
        at: new Date().toISOString(),
        from: envelope.mailFrom ? envelope.mailFrom.address : "",
        to: envelope.rcptTo.map((to) => to.address),
        subject: mail.subject ?? "",
        headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
        text: mail.text ?? "",
        html: mail.html ?? "",
        raw: raw.toString("utf8"),
      };
      appendFileSync(file, `${JSON.stringify(line)}\n`);
      const silent = line.to.find((to) => to.startsWith("silent") && !hungUpOn.has(to));
      if (silent === undefined) return setTimeout(() => done(null, "kept"), Number(values.slow));
      hungUpOn.add(silent);
      for (const connection of server.connections) if (connection.id === id) connection.close();
    });
  },
});
server.on("error", (error) => console.error(String(error)));
server.listen(Number(values.port), "127.0.0.1", () => process.stdout.write(`${server.server.address().port}\n`));
