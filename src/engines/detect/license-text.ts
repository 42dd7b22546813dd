/** Which licence a text is, by the words that open it and tell it from its relatives (SPDX identifiers). */

const openings: readonly (readonly [id: string, pattern: RegExp])[] = [
  ["Apache-2.0", /^apache license version 2\.0/],
  ["MPL-2.0", /^mozilla public license,? version 2\.0/],
  ["AGPL-3.0-only", /^gnu affero general public license version 3/],
  ["LGPL-3.0-only", /^gnu lesser general public license version 3/],
  ["GPL-3.0-only", /^gnu general public license version 3/],
  ["GPL-2.0-only", /^gnu general public license version 2/],
  ["Unlicense", /^(?:the unlicense )?this is free and unencumbered software released into the public domain/],
  [
    "ISC",
    /permission to use, copy, modify, and\/?(?:or)? distribute this software for any purpose with or without fee is hereby granted/,
  ],
  [
    "MIT",
    /permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files/,
  ],
  ["BSD-3-Clause", /redistribution and use in source and binary forms.*neither the name of/],
  ["BSD-2-Clause", /redistribution and use in source and binary forms/],
];

/** The identifier, or undefined where the text is none of the well-known ones. */
export function licenseOfText(text: string): string | undefined {
  const words = text
    .slice(0, 4000)
    .toLowerCase()
    .replace(/[\s*#=_-]+/g, " ")
    .trim();
  return openings.find(([, pattern]) => pattern.test(words))?.[0];
}
