/**
 * Small ELF files for tests: header, segments and a dynamic section as a linker writes them, without section headers.
 * One segment loads the whole file at address 0, so addresses are offsets.
 */
export interface ElfImage {
  readonly bits?: 32 | 64;
  readonly littleEndian?: boolean;
  /** e_type; 3 unless told. */
  readonly type?: number;
  /** e_machine; 62 (x86-64) unless told. */
  readonly machine?: number;
  readonly osAbi?: number;
  readonly interpreter?: string;
  /** Without it the file has no dynamic section. */
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly pie?: boolean;
  readonly versions?: readonly ImageVersions[];
  /** Owner and content of a note of type 1. */
  readonly note?: { readonly owner: string; readonly content: readonly number[] };
}

export interface ImageVersions {
  readonly library: string;
  readonly versions: readonly {
    readonly name: string;
    readonly weak?: boolean;
    readonly symbols?: readonly string[];
  }[];
}

export function elfImage(image: ElfImage = {}): Uint8Array {
  const { bits = 64, littleEndian: le = true } = image;
  const wide = bits === 64;
  const bytes = new Uint8Array(256 * 1024);
  const view = new DataView(bytes.buffer);
  const word = (at: number, value: number): void =>
    wide ? view.setBigUint64(at, BigInt(value), le) : view.setUint32(at, value, le);
  let end = 1024;
  const place = (content: Uint8Array): number => {
    const at = end;
    bytes.set(content, at);
    end = Math.ceil((at + content.length) / 8) * 8;
    return at;
  };

  const strings: number[] = [0];
  const string = (text: string): number => {
    const at = strings.length;
    strings.push(...new TextEncoder().encode(text), 0);
    return at;
  };

  const segments: [type: number, at: number, size: number][] = [];
  if (image.interpreter !== undefined) {
    const path = new TextEncoder().encode(`${image.interpreter}\0`);
    segments.push([3, place(path), path.length]);
  }
  if (image.note !== undefined) segments.push([4, ...placeNote(image.note, place, le)]);
  if (image.needed !== undefined) {
    const entries: [tag: number, value: number][] = image.needed.map((soname) => [1, string(soname)]);
    if (image.soname !== undefined) entries.push([14, string(image.soname)]);
    if (image.pie === true) entries.push([0x6ffffffb, 0x08000000]);
    if (image.versions !== undefined) {
      const { needs, symbols, indexes } = versionTables(image.versions, string, wide, le);
      const count = indexes.length / 2;
      const hash = new DataView(new ArrayBuffer(8));
      hash.setUint32(4, count, le);
      entries.push([0x6ffffffe, place(needs)], [0x6fffffff, image.versions.length]);
      entries.push([6, place(symbols)], [0x6ffffff0, place(indexes)], [4, place(new Uint8Array(hash.buffer))]);
    }
    entries.push([5, place(Uint8Array.from(strings))], [0, 0]);
    const size = entries.length * (wide ? 16 : 8);
    const at = place(new Uint8Array(size));
    for (const [index, [tag, value]] of entries.entries()) {
      word(at + index * (wide ? 16 : 8), tag);
      word(at + index * (wide ? 16 : 8) + (wide ? 8 : 4), value);
    }
    segments.push([2, at, size]);
  }
  segments.push([1, 0, end]);

  bytes.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, le ? 1 : 2, 1, image.osAbi ?? 0]);
  view.setUint16(16, image.type ?? 3, le);
  view.setUint16(18, image.machine ?? 62, le);
  word(wide ? 32 : 28, 64);
  const counts = wide ? 54 : 42;
  const size = wide ? 56 : 32;
  view.setUint16(counts, size, le);
  view.setUint16(counts + 2, segments.length, le);
  for (const [index, [type, at, length]] of segments.entries()) {
    const header = 64 + index * size;
    view.setUint32(header, type, le);
    word(header + (wide ? 8 : 4), at);
    word(header + (wide ? 16 : 8), at);
    word(header + (wide ? 32 : 16), length);
  }
  return bytes.slice(0, end);
}

function placeNote(
  note: { readonly owner: string; readonly content: readonly number[] },
  place: (content: Uint8Array) => number,
  le: boolean,
): [at: number, size: number] {
  const owner = new TextEncoder().encode(`${note.owner}\0`);
  const ownerSize = Math.ceil(owner.length / 4) * 4;
  const bytes = new Uint8Array(12 + ownerSize + note.content.length * 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, owner.length, le);
  view.setUint32(4, note.content.length * 4, le);
  view.setUint32(8, 1, le);
  bytes.set(owner, 12);
  for (const [index, value] of note.content.entries()) view.setUint32(12 + ownerSize + index * 4, value, le);
  return [place(bytes), bytes.length];
}

function versionTables(
  needs: readonly ImageVersions[],
  string: (text: string) => number,
  wide: boolean,
  le: boolean,
): { needs: Uint8Array; symbols: Uint8Array; indexes: Uint8Array } {
  const table = new DataView(new ArrayBuffer(16 * needs.reduce((sum, { versions }) => sum + 1 + versions.length, 0)));
  const imported: [name: number, index: number][] = [[0, 0]];
  let at = 0;
  let index = 2;
  for (const [number, { library, versions }] of needs.entries()) {
    const length = 16 * (1 + versions.length);
    table.setUint16(at, 1, le);
    table.setUint16(at + 2, versions.length, le);
    table.setUint32(at + 4, string(library), le);
    table.setUint32(at + 8, 16, le);
    table.setUint32(at + 12, number + 1 === needs.length ? 0 : length, le);
    for (const [place, { name, weak, symbols }] of versions.entries()) {
      const entry = at + 16 * (place + 1);
      table.setUint16(entry + 4, weak === true ? 2 : 0, le);
      table.setUint16(entry + 6, index, le);
      table.setUint32(entry + 8, string(name), le);
      table.setUint32(entry + 12, place + 1 === versions.length ? 0 : 16, le);
      for (const symbol of symbols ?? []) imported.push([string(symbol), index]);
      index++;
    }
    at += length;
  }
  const size = wide ? 24 : 16;
  const symbols = new DataView(new ArrayBuffer(imported.length * size));
  const indexes = new DataView(new ArrayBuffer(imported.length * 2));
  for (const [place, [name, version]] of imported.entries()) {
    symbols.setUint32(place * size, name, le);
    indexes.setUint16(place * 2, version, le);
  }
  return {
    needs: new Uint8Array(table.buffer),
    symbols: new Uint8Array(symbols.buffer),
    indexes: new Uint8Array(indexes.buffer),
  };
}
