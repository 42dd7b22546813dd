/** Signs and verifies so many megabytes and prints the peak of memory, in megabytes: a program of its own, to be measured. */
import { openSigner } from "../../src/adapters/open-signer.ts";
import { keyWorld, makeKey, nowSeconds } from "../key-world.ts";

const megabytes = Number(process.argv[2]);
const chunk = Buffer.alloc(256 * 1024, 7);

async function* content(): AsyncIterable<Uint8Array> {
  for (let sent = 0; sent < megabytes * 4; sent++) yield chunk;
}

const { secret } = await makeKey();
const signer = await openSigner(keyWorld({ GGEN_RELEASE_KEY: secret }).ports)({ with: "none", said: false });
if (signer === null) throw new Error("no signer");
const signature = await signer.sign(content(), nowSeconds());
if (!(await signer.verify(content(), signature))) throw new Error("the signature does not verify");
process.stdout.write(String(Math.round(process.resourceUsage().maxRSS / 1024)));
