import fc from "fast-check";
import { expect, it } from "vitest";
import { markup, joined, trusted } from "./html.ts";

it("lets no text become markup, nor leave an attribute", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const { text: made } = markup`<a title="${text}">${text}</a>`;
      const inner = made.slice('<a title="'.length, -"</a>".length);
      expect(inner.match(/[<>"]/g)).toEqual(['"', ">"]);
      expect(inner).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }),
  );
});

it("takes over what a template made, and lists of it", () => {
  const cell = (text: string): ReturnType<typeof markup> => markup`<td>${text}</td>`;
  expect(markup`<tr>${[cell("<"), cell("&")]}</tr>${trusted("<hr>")}`.text).toBe(
    "<tr><td>&lt;</td>\n<td>&amp;</td></tr><hr>",
  );
  expect(joined([cell("a"), cell("b")], "").text).toBe("<td>a</td><td>b</td>");
});
