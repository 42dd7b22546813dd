import { describe, expect, it } from "vitest";
import { licenseOfText } from "./license-text.ts";
import { firstSentence } from "./readme.ts";

describe("the words that open a licence", () => {
  it.each([
    [
      "MIT",
      "The MIT License (MIT)\n\nCopyright (c) 2015 - 2023 Sean\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this\nsoftware and associated documentation files (the",
    ],
    [
      "Apache-2.0",
      "                                 Apache License\n                           Version 2.0, January 2004",
    ],
    ["GPL-3.0-only", "                    GNU GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007"],
    ["AGPL-3.0-only", "GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3, 19 November 2007"],
    ["GPL-2.0-only", "GNU GENERAL PUBLIC LICENSE\n Version 2, June 1991"],
    ["MPL-2.0", "Mozilla Public License Version 2.0\n==================================\n"],
    [
      "ISC",
      "ISC License\n\nPermission to use, copy, modify, and/or distribute this software for any\npurpose with or without fee is hereby granted, provided",
    ],
    ["Unlicense", "This is free and unencumbered software released into the public domain."],
    [
      "BSD-3-Clause",
      "BSD 3-Clause License\n\nRedistribution and use in source and binary forms, with or without\nmodification\n\n3. Neither the name of the copyright holder",
    ],
    ["BSD-2-Clause", "Redistribution and use in source and binary forms, with or without\nmodification, are permitted"],
  ])("%s", (id, text) => expect(licenseOfText(text)).toBe(id));

  it("are not guessed at", () => {
    for (const text of ["", "All rights reserved.", "Apache License Version 1.1", "See the MIT license"])
      expect(licenseOfText(text)).toBeUndefined();
  });
});

describe("the first sentence of a README", () => {
  it.each([
    [
      "# fzf\n\n[![x](y)](z)\n<p>html</p>\n\nfzf is a general-purpose command-line fuzzy finder. It is fast.",
      "General-purpose command-line fuzzy finder",
    ],
    [
      "Tool\n====\n\n> quoted words here too\n\n- a list of words\n\nThe **fast** `thing` for [you](x)!\n",
      "Fast thing for you",
    ],
    ["```\ncode is not prose\n```\n\n<!-- a comment is none -->\n\nReads e.g. YAML files", "Reads e.g. YAML files"],
    ["# only a heading", undefined],
    ["", undefined],
  ])("%j", (markdown, sentence) => expect(firstSentence(markdown)).toBe(sentence));
});
