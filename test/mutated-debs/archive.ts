/** Mutations of the ar container: names, order, sizes, the format's version. */
import { change, type Mutation } from "./draft.ts";

const memberNames = [
  "debian-binary",
  "debian-binary/",
  "control.tar",
  "control.tar.gz",
  "control.tar.gz/",
  "control.tar.xz",
  "control.tar.zst",
  "control.tar.bz2",
  "control.tar.lzma",
  "control.tar.GZ",
  "control.tar.gz\0x",
  "control.tarx",
  "data.tar",
  "data.tar.gz",
  "data.tar.xz/",
  "data.tar.bz2",
  "data.tar.Z",
  "data.tar.gz.gz",
  "_gpgorigin",
  "_",
  "/",
  "",
  " control.tar",
  "other",
];

export const archive: readonly Mutation[] = [
  (made, random) => {
    const name = random.of(memberNames);
    const at = random.below(3);
    change(made, (members) => members.map((member, index) => (index === at ? { ...member, name } : member)));
    return `member ${at} is called ${JSON.stringify(name)}`;
  },
  (made, random) => {
    const order = random.of([
      "102",
      "021",
      "210",
      "120",
      "01",
      "02",
      "12",
      "0",
      "0112",
      "0122",
      "00112",
      "0121",
      "0120",
    ]);
    change(made, (members) => order.split("").flatMap((index) => members[Number(index)] ?? []));
    return `members in the order ${order}`;
  },
  (made, random) => {
    const name = random.of(memberNames);
    const at = random.below(4);
    change(made, (members) => [...members.slice(0, at), { name, content: Buffer.from("odd") }, ...members.slice(at)]);
    return `${JSON.stringify(name)} before member ${at}`;
  },
  (made, random) => {
    const at = random.below(3);
    const of = (length: number): string =>
      random.of([
        String(length),
        ` ${length}`,
        `${length} 9`,
        `${length} x`,
        `0${length}`,
        String(length - 1),
        String(length + 1),
        String(length + 2),
        "",
        "0",
        "-1",
        `+${length}`,
        "0x10",
        "9999999999",
        `${length}\0`,
        `\t${length}`,
      ]);
    change(made, (members) =>
      members.map((member, index) =>
        index === at ? { ...member, size: of(member.content.length).padEnd(10) } : member,
      ),
    );
    return `another size of member ${at}`;
  },
  (made, random) => {
    const at = random.below(3);
    const magic = random.of(["`\r", "``", "\n`", "  ", "`\0"]);
    change(made, (members) => members.map((member, index) => (index === at ? { ...member, magic } : member)));
    return `the header of member ${at} ends in ${JSON.stringify(magic)}`;
  },
  (made, random) => {
    const padding = random.of(["", "\0", "x", "\n\n"]);
    change(made, (members) => members.map((member) => ({ ...member, padding })));
    return `members padded by ${JSON.stringify(padding)}`;
  },
  (made, random) => {
    const version = random.of([
      "2.0",
      "2.1\n",
      "2.00\n",
      "02.0\n",
      "2.\n",
      "2\n",
      ".0\n",
      "3.0\n",
      "1.0\n",
      "2.0\nmore\n",
      "2.0 \n",
      " 2.0\n",
      "2.0\r\n",
      "2.0.1\n",
      "2.99999999999\n",
      "2.2147483647\n",
      "2.2147483648\n",
      "4294967298.0\n",
      "",
      "\n",
      "2.0\0\n",
      "2.0\n\0",
      "0.93\n",
    ]);
    made.version = Buffer.from(version);
    return `format ${JSON.stringify(version)}`;
  },
  (made, random) => {
    const magic = random.of([
      "!<arch>\r",
      "!<thin>\n",
      "!<arch>",
      "0.939000\n",
      "!<ARCH>\n",
      "\n!<arch>\n",
      "!<arch>\0",
    ]);
    made.file = (bytes) => Buffer.concat([Buffer.from(magic), bytes.subarray(8)]);
    return `begins with ${JSON.stringify(magic)}`;
  },
];
