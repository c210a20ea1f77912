// A mail server that takes everything at once: what is measured is who sends. Prints its port.
import { type AddressInfo, createServer } from "node:net";

const server = createServer((socket) => {
  let inData = false;
  let text = "";
  socket.setNoDelay(true);
  socket.on("error", () => {});
  socket.write("220 sink ESMTP\r\n");
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    for (;;) {
      const end = text.indexOf(inData ? "\r\n.\r\n" : "\r\n");
      if (end < 0) return;
      const line = text.slice(0, end);
      text = text.slice(end + (inData ? 5 : 2));
      if (inData || !/^DATA$/i.test(line)) socket.write("250 ok\r\n");
      else socket.write("354 go on\r\n");
      inData = !inData && /^DATA$/i.test(line);
      if (/^QUIT/i.test(line)) socket.end();
    }
  });
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
