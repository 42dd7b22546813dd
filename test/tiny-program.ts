/** The smallest Linux programs: static ELF files that print one text and end. They need no compiler and no library. */

const loadedAt = 0x400000;
const codeAt = 120;
const codeSize = 34;

/** A program for x86_64 that writes `text` to its output and ends with 0; at least `size` bytes, so that it is no stub. */
export function tinyProgram(text: string, size = 2000): Uint8Array {
  const message = new TextEncoder().encode(text);
  const bytes = new Uint8Array(Math.max(size, codeAt + codeSize + message.length));
  const view = new DataView(bytes.buffer);
  // Header (gABI, "ELF Header"): 64 bits, little endian, an executable for x86-64 with one program header.
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]);
  view.setUint16(16, 2, true);
  view.setUint16(18, 62, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, BigInt(loadedAt + codeAt), true);
  view.setBigUint64(32, 64n, true);
  for (const [at, value] of [
    [52, 64],
    [54, 56],
    [56, 1],
  ] as const)
    view.setUint16(at, value, true);
  // One segment: the whole file, to be read and executed.
  view.setUint32(64, 1, true);
  view.setUint32(68, 5, true);
  for (const at of [80, 88]) view.setBigUint64(at, BigInt(loadedAt), true);
  for (const at of [96, 104]) view.setBigUint64(at, BigInt(bytes.length), true);
  view.setBigUint64(112, 0x1000n, true);
  bytes.set(codeFor(message.length), codeAt);
  bytes.set(message, codeAt + codeSize);
  return bytes;
}

/** write(1, message, length); exit(0): the system calls of x86-64 Linux (syscall(2)). */
function codeFor(length: number): readonly number[] {
  const number = (value: number): readonly number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
  const [eax, edi, esi, edx, system] = [0xb8, 0xbf, 0xbe, 0xba, [0x0f, 0x05]];
  const write = [eax, ...number(1), edi, ...number(1), esi, ...number(loadedAt + codeAt + codeSize), edx];
  const code = [...write, ...number(length), ...system, eax, ...number(60), edi, ...number(0), ...system];
  return code.concat(Array.from({ length: codeSize - code.length }, () => 0x90));
}
