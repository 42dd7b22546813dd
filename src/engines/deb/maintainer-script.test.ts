import { expect, it } from "vitest";
import { requireScript, requireUnixScript } from "./maintainer-script.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

it.each([
  "#!/bin/sh\nset -e\n",
  "#!/bin/sh -e\n",
  "#!/bin/bash\n# why\n  set -eu -o pipefail\n",
  "#!/bin/sh\nset -u -e\n",
  "#!/bin/sh\nset -o errexit\n",
  "#! /usr/bin/perl -w\n1;",
])("accepts %j", (text) => {
  expect(() => requireScript("postinst", bytes(text))).not.toThrow();
});

it.each(["", "set -e\n", "#!sh\n", "#!\n", "\n#!/bin/sh\n", "\ufeff#!/bin/sh\n", "\u007fELF"])(
  "refuses a script that begins with %j",
  (text) =>
    expect(() => requireScript("postinst", bytes(text))).toThrow(/PACKAGE_SCRIPT_INVALID: postinst begins with/),
);

it.each(["#!/bin/sh\r\nset -e\r\n", "#!/bin/sh\nset -e\r\n", "\ufeff#!/bin/sh\r\n"])("refuses CR LF in %j", (text) => {
  expect(() => requireScript("prerm", bytes(text))).toThrow(/PACKAGE_SCRIPT_CRLF: prerm/);
});

it.each(["#!/bin/sh\necho\n", "#!/bin/sh\n# set -e\n", "#!/bin/sh\nset -u\n", "#!/bin/dash\noffset -e\n"])(
  "refuses a shell script that goes on after a failure: %j",
  (text) =>
    expect(() => requireScript("postinst", bytes(text))).toThrow(/PACKAGE_SCRIPT_INVALID.*does not say `set -e`/),
);

it.each(["#!/usr/bin/env sh\nset -e\n", "#!/usr/bin/python3\n", "#!/usr/local/bin/bash\nset -e\n"])(
  "refuses an interpreter that need not be there: %j",
  (text) => expect(() => requireScript("prerm", bytes(text))).toThrow(/PACKAGE_SCRIPT_INVALID.*need not be there/),
);

it("looks at the first line of any executable, and only when it is a script", () => {
  expect(() => requireUnixScript("/usr/bin/tool", bytes("#!/bin/sh\r\necho"))).toThrow("PACKAGE_SCRIPT_CRLF");
  expect(() => requireUnixScript("/usr/bin/tool", bytes("#!/bin/sh\necho a\r\n"))).not.toThrow();
  expect(() => requireUnixScript("/usr/bin/tool", bytes("\u007fELF#!\r\n"))).not.toThrow();
});
