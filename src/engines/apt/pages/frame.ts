/**
 * What all pages of a repository share. Invariant: a page is whole without any script and loads nothing; what its one
 * script does is to fill in the address at which the page is read, where nobody has said it.
 */
import { markup, trusted, type Html } from "../../../formats/html.ts";

/** By this a page is known to be ours, and may be replaced. */
export const generator = '<meta name="generator" content="ggen-release apt">';

export interface Frame {
  readonly title: string;
  /** From this page to the root: `./`, `../../`. */
  readonly toRoot: string;
  /** Without a slash at the end; null where it is not known. */
  readonly url: string | null;
  readonly body: Html;
}

export function page({ title, toRoot, url, body }: Frame): string {
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${trusted(generator)}
        <title>${title}</title>
        ${url === null ? trusted("") : markup`<link rel="canonical" href="${url}/" />`}
        <style>
          ${trusted(style)}
        </style>
      </head>
      <body>
        <main>${body}</main>
        ${
          url === null
            ? markup`<script data-root="${toRoot}">
                ${trusted(script)};
              </script>`
            : trusted("")
        }
      </body>
    </html> `.text.replaceAll(/\n{2,}/g, "\n");
}

/** The address as text, to be filled in where it is not known. */
export function address(url: string | null): Html {
  return url === null ? markup`<span class="url">${unknownAddress}</span>` : markup`${url}`;
}

export const unknownAddress = "https://THIS-REPOSITORY";

const script = `
const root = new URL(document.currentScript.dataset.root, location.href).href.replace(/\\/$/, "");
if (/^https?:\\/\\/[A-Za-z0-9.:-]+[A-Za-z0-9._~%+\\/-]*$/.test(root))
  for (const place of document.querySelectorAll(".url")) place.textContent = root;
`;

const style = `
:root { color-scheme: light dark; --line: #8884; --quiet: #667; --block: #8881; }
@media (prefers-color-scheme: dark) { :root { --quiet: #aab; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1, h2 { line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin-top: 2rem; }
pre { padding: .75rem; background: var(--block); border: 1px solid var(--line); border-radius: .4rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
pre, code { font: .875rem/1.5 ui-monospace, monospace; }
code { overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .35rem .75rem .35rem 0; text-align: left; vertical-align: top; overflow-wrap: anywhere;
  border-bottom: 1px solid var(--line); }
.quiet { color: var(--quiet); }
@media (max-width: 40rem) {
  table, tbody, tr, td { display: block; }
  thead { display: none; }
  tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
  td { padding: 0; border: 0; }
}
`;
