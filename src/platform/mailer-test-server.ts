import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

type Received = { from: string; to: string[]; raw: string; mail: ParsedMail };

/** What a test server answers to a recipient, or to the message once it is whole. */
type Refusal = { code: number; text: string };

/** A real SMTP server on loopback. `refuse` is asked for each message; undefined = taken. */
export async function startSmtpServer(
  refuse: (to: string, stage: "recipient" | "message") => Refusal | undefined = () => undefined,
  options: SMTPServerOptions = {},
) {
  const received: Received[] = [];
  const refusal = ({ code, text }: Refusal) => Object.assign(new Error(text), { responseCode: code });
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    closeTimeout: 100,
    // Else it warns about the certificate it brings, whose key is public.
    logger: false,
    ...options,
    onRcptTo({ address }, _session, done) {
      const refused = refuse(address, "recipient");
      done(refused ? refusal(refused) : null);
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const to = envelope.rcptTo.map(({ address }) => address);
        const refused = refuse(to[0]!, "message");
        if (refused) return done(refusal(refused));
        const raw = Buffer.concat(chunks).toString("utf8");
        const from = envelope.mailFrom ? envelope.mailFrom.address : "";
        received.push({ from, to, raw, mail: await simpleParser(raw) });
        return done(null);
      });
    },
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    received,
    stop: () => new Promise<void>((done) => server.close(done)),
  };
}

/** A server that says what `script` writes, for what a well-behaved one never does. */
export async function startRawServer(script: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    script(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    connections: () => sockets.size,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

/** Takes each message whole, then cuts the line without a word. */
export function cutAfterData(whole: () => void): (socket: Socket) => void {
  return (socket) => {
    let inData = false;
    let text = "";
    socket.write("220 test ESMTP\r\n");
    socket.on("data", (chunk) => {
      text += chunk.toString();
      if (inData) {
        if (!text.endsWith("\r\n.\r\n")) return;
        whole();
        socket.destroy();
        return;
      }
      for (let end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n")) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        inData = line === "DATA";
        socket.write(inData ? "354 go on\r\n" : "250 test\r\n");
      }
    });
  };
}
