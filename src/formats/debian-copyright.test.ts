import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeWith } from "../../test/requires.ts";
import { fieldOf, parseStanzas } from "./debian-control.ts";
import { formatCopyright } from "./debian-copyright.ts";
import { licenseField, licensesOf } from "./debian-license.ts";

const mit = `MIT License\r\n\r\nCopyright (c) 2020 Jane Doe\r\nCopyright © 2021-2026 Others\r\n\r\nPermission is hereby granted\r\n.dotted`;
const project = { name: "yq", contact: "Jane Doe <jane@project.org>", source: "https://project.org/yq" };

describe("the licence in Debian's words", () => {
  it.each([
    ["MIT", "Expat"],
    ["MIT OR Apache-2.0", "Expat or Apache-2.0"],
    ["MIT/Apache-2.0", "Expat or Apache-2.0"],
    ["GPL-3.0-or-later", "GPL-3+"],
    ["GPL-2.0-only AND LGPL-2.1+", "GPL-2 and LGPL-2.1+"],
    ["AGPL-3.0-only", "AGPL-3"],
    ["BSD-3-Clause", "BSD-3-clause"],
    ["(MIT OR Apache-2.0) AND Unicode-3.0", "Expat or Apache-2.0, and Unicode-3.0"],
    ["ISC AND (MIT OR Zlib)", "ISC, and Expat or Zlib"],
    ["Apache-2.0 WITH LLVM-exception OR MIT", "Apache-2.0 with LLVM-exception exception or Expat"],
  ])("%s is %s", (spdx, debian) => expect(licenseField(spdx)).toBe(debian));

  it("names each licence once, and the file where every system has it", () => {
    expect(licensesOf("MIT OR (GPL-3.0-only AND MIT) OR Apache-2.0 WITH LLVM-exception")).toEqual([
      { spdx: "MIT", name: "Expat" },
      { spdx: "GPL-3.0-only", name: "GPL-3", common: "GPL-3" },
      {
        spdx: "Apache-2.0 WITH LLVM-exception",
        name: "Apache-2.0 with LLVM-exception exception",
        common: "Apache-2.0",
      },
    ]);
  });
});

describe("the copyright file", () => {
  it("holds the licence's text and its copyright lines", () => {
    const text = formatCopyright({ ...project, license: "MIT", texts: [{ name: "LICENSE", text: mit }] });
    expect(text).toBe(`Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: yq
Upstream-Contact: Jane Doe <jane@project.org>
Source: https://project.org/yq

Files: *
Copyright: 2020 Jane Doe
 2021-2026 Others
License: Expat

License: Expat
 MIT License
 .
 Copyright (c) 2020 Jane Doe
 Copyright © 2021-2026 Others
 .
 Permission is hereby granted
  .dotted
`);
  });

  it("gives each licence of several its own file, and only names the text that every system has", () => {
    const texts = [
      { name: "LICENSE-APACHE", text: "Apache License\nVersion 2.0" },
      { name: "LICENSE-MIT", text: mit },
    ];
    const [, files = [], expat = [], apache = []] = parseStanzas(
      formatCopyright({ ...project, license: "MIT OR Apache-2.0", texts }),
    );
    expect(fieldOf(files, "License")).toBe("Expat or Apache-2.0");
    expect(expat[0]?.[1]).toContain("Permission is hereby granted");
    expect(expat[0]?.[1]).not.toContain("Version 2.0");
    expect(apache[0]?.[1]).toEqual([
      "Apache-2.0",
      "On Debian systems, the full text of this license can be found in the file",
      "/usr/share/common-licenses/Apache-2.0.",
    ]);
  });

  it("does not take the copyright of a licence's text for the program's", () => {
    const gpl = "GNU GENERAL PUBLIC LICENSE\nVersion 3\n Copyright (C) 2007 Free Software Foundation, Inc.\f";
    const text = formatCopyright({ ...project, license: "GPL-3.0-or-later", texts: [{ name: "COPYING", text: gpl }] });
    expect(text).toContain("Copyright: Jane Doe <jane@project.org>\n");
    expect(text).not.toContain("Foundation");
  });

  it("points to the licence where the source has no text of it", () => {
    expect(formatCopyright({ ...project, license: "ISC", texts: [] })).toContain(
      "License: ISC\n The terms are those of https://spdx.org/licenses/ISC.html\n",
    );
  });

  it.each([
    ["                    GNU GENERAL PUBLIC LICENSE\n                       Version 2, June 1991", "GPL-2"],
    ["GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007", "LGPL-3"],
    [
      "\n                                 Apache License\n                           Version 2.0, January 2004",
      "Apache-2.0",
    ],
  ])("recognises a common licence that the project does not state", (text, name) => {
    const written = formatCopyright({ ...project, texts: [{ name: "LICENSE", text }] });
    expect(written).toContain(`License: ${name}\n On Debian systems`);
  });

  it("says so where the source states no licence", () => {
    expect(formatCopyright({ ...project, texts: [] })).toContain("License: unstated\n The source states no license.\n");
    expect(formatCopyright({ ...project, texts: [{ name: "LICENSE", text: "Do as you like." }] })).toContain(
      "License: unstated\n Do as you like.\n",
    );
  });

  it("lists what the program is built with, each with its licence where that is known", () => {
    const dependencies = [
      { name: "golang.org/x/sys", version: "v0.20.0" },
      { name: "left-pad", version: "1.3.0", license: "WTFPL" },
      { name: "odd\nFiles: *", version: "1" },
    ];
    const [header = []] = parseStanzas(formatCopyright({ ...project, license: "MIT", texts: [], dependencies }));
    expect(header.find(([name]) => name === "Comment")?.[1].slice(2)).toEqual([
      " golang.org/x/sys v0.20.0",
      " left-pad 1.3.0 (WTFPL)",
      " odd Files: * 1",
    ]);
  });

  it("holds the licences of what the source carries of others", () => {
    const vendored = [
      { folder: "vendor/github.com/a/b", texts: [{ name: "LICENSE", text: "Copyright 2019 A\n\nDo as you like." }] },
      { folder: "vendor/c", texts: [{ name: "LICENSE", text: "Apache License\nVersion 2.0, January 2004" }] },
    ];
    const written = formatCopyright({ ...project, license: "MIT", texts: [], vendored });
    expect(written).toContain("Files: vendor/github.com/a/b/*\nCopyright: 2019 A\nLicense: of-b\n Copyright 2019 A\n");
    expect(written).toContain("Files: vendor/c/*\n");
    expect(written).toContain("License: Apache-2.0\n");
    expect(parseStanzas(written)).toHaveLength(5);
  });

  it("stays two or three stanzas, whatever the licence files hold", () => {
    const hostile = fc.string({
      unit: fc.constantFrom("\n", "\r", "\f", ".", " ", "Files: *", "\ud800", "x", "\u2028"),
    });
    fc.assert(
      fc.property(hostile, fc.constantFrom(undefined, "MIT"), (text, license) => {
        const stated = license === undefined ? {} : { license };
        const written = formatCopyright({ ...project, ...stated, texts: [{ name: "LICENSE", text }] });
        const expected = license === undefined ? 2 : 3;
        expect(parseStanzas(written)).toHaveLength(expected);
      }),
    );
  });
});

describeWith(["dpkg"], "the licence texts of a Debian system", () => {
  it("can all be the text of a licence", () => {
    for (const name of ["GPL-2", "GPL-3", "MPL-2.0", "Artistic"]) {
      const path = `/usr/share/common-licenses/${name}`;
      const texts = [{ name: "COPYING", text: readFileSync(path, "utf8") }];
      expect(parseStanzas(formatCopyright({ ...project, license: "ISC", texts }))).toHaveLength(3);
    }
  });
});
