import { describe, expect, it } from "vitest";
import { meaningful, parseConffile, parseTemplates, parseTriggers } from "./control-files.ts";

describe("triggers", () => {
  it("are taken without comments and odd spaces", () => {
    const text = "# why\n\ninterest-noawait  /usr/share/tool/plugins\r\n activate ldconfig\n";
    expect(parseTriggers("debian/triggers", text)).toBe(
      "interest-noawait /usr/share/tool/plugins\nactivate ldconfig\n",
    );
  });

  it.each(["interest", "watch /usr", "interest-await a b", "interest \u00e9"])("refuses %j", (text) => {
    expect(() => parseTriggers("debian/triggers", text)).toThrow(/DEB_CONTROL_FILE_INVALID: debian\/triggers:/);
  });
});

describe("debconf templates", () => {
  const good = "Template: tool/port\nType: string\nDefault: 80\nDescription: Port to listen on:\n Any free one.\n";

  it("are taken as they are", () => expect(parseTemplates("templates", good)).toBe(good));

  it("lose comments and the marks of translators", () => {
    const marked = good.replace("Description", "_Description").replace("Default", "__Default");
    expect(parseTemplates("templates", `# for translators\n${marked}`)).toBe(good);
  });

  it.each([
    [good.replace("tool/port", "port"), /"port" is not the name of a template/],
    [good.replace("Template: tool/port\n", ""), /"Type" is not the name/],
    [good.replace("string", "number"), /"number" is not the type of tool\/port/],
    [good.replace("Type: string\n", ""), /"" is not the type/],
    [good.replace("Description", "Extended"), /"tool\/port" has no Description/],
    ["no field\n", "DEB_MALFORMED"],
  ])("refuse %j", (text, message) => expect(() => parseTemplates("templates", text)).toThrow(message));
});

it("reads lines of conffiles", () => {
  expect(meaningful("# a\n/etc/a \n\nremove-on-upgrade   /etc/b\n").map(parseConffile)).toEqual([
    { path: "/etc/a", removed: false },
    { path: "/etc/b", removed: true },
  ]);
  expect(() => parseConffile("etc/a")).toThrow("PACKAGE_PATH_INVALID");
});
