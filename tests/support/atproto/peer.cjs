// A small Bluesky on the loopback: a directory of accounts (PLC), a server of accounts (PDS) and an AppView that indexes what is
// written there. Says its addresses as one line of JSON on standard output, and ends with its standard input.
//   DB_POSTGRES_URL  a database of nobody else's
const { TestBsky, TestPds, TestPlc, mockNetworkUtilities } = require("@atproto/dev-env");
const { randomBytes } = require("node:crypto");
const { createRequire } = require("node:module");

async function main() {
  const plc = await TestPlc.create({});
  const ports = createRequire(require.resolve("@atproto/dev-env"))("get-port");
  const [pdsPort, bskyPort] = [await ports(), await ports()];
  const bsky = await TestBsky.create({
    port: bskyPort, plcUrl: plc.url, pdsPort, repoProvider: `ws://localhost:${pdsPort}`,
    dbPostgresSchema: "appview", dbPostgresUrl: process.env.DB_POSTGRES_URL,
  });
  const pds = await TestPds.create({
    port: pdsPort, didPlcUrl: plc.url, inviteRequired: false, jwtSecret: randomBytes(16).toString("hex"),
    bskyAppViewUrl: bsky.url, bskyAppViewDid: bsky.ctx.cfg.serverDid,
  });
  mockNetworkUtilities(pds, bsky);
  process.stdout.write(JSON.stringify({ pds: pds.url, appview: bsky.url }) + "\n");
  process.stdin.on("end", () => process.exit(0)).resume();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
