import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../../../test/scratch.ts";
import { systemEnvironment } from "../system-environment.ts";
import { awsSettings } from "./aws-settings.ts";

const key = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };

async function home(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await scratchFolder("aws");
  await mkdir(join(folder, ".aws"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, ".aws", name), text);
  return folder;
}

const settings = (variables: Readonly<Record<string, string>>) => awsSettings(systemEnvironment(variables, "/"));

describe("what the AWS tools would use", () => {
  it("is the environment's before the files'", async () => {
    const HOME = await home({
      credentials: "[default]\naws_access_key_id = other\naws_secret_access_key=other\naws_session_token=other\n",
      config: "[default]\nregion = eu-west-1\nendpoint_url = https://file.example\n",
    });
    const found = await settings({ ...key, HOME, AWS_REGION: "eu-central-1", AWS_ENDPOINT_URL: "http://own:9000/" });
    expect(found.credential).toEqual({ accessKey: "id", secretKey: "secret" });
    expect(found.region).toBe("eu-central-1");
    expect(found.endpoint?.host).toBe("own:9000");
    const both = { AWS_ENDPOINT_URL: "http://own:9000/", AWS_ENDPOINT_URL_S3: "https://s3.example" };
    expect((await settings({ ...key, ...both })).endpoint?.host).toBe("s3.example");
  });

  it("is the profile's of the shared files", async () => {
    const HOME = await home({
      credentials:
        "[default]\naws_access_key_id=a\naws_secret_access_key=b\r\n\n# note\n[ work ]\naws_access_key_id = c\naws_secret_access_key = d/+=\naws_session_token = e\n",
      config:
        "[profile work]\nregion=eu-west-1\ns3 =\n  endpoint_url = https://nested.example\n[default]\nregion=us-east-2\n",
    });
    expect(await settings({ HOME })).toEqual({
      credential: { accessKey: "a", secretKey: "b" },
      region: "us-east-2",
      endpoint: null,
    });
    expect(await settings({ HOME, AWS_PROFILE: "work" })).toEqual({
      credential: { accessKey: "c", secretKey: "d/+=", sessionToken: "e" },
      region: "eu-west-1",
      endpoint: null,
    });
  });

  it("is refused where the credential is missing, half there or broken, without repeating it", async () => {
    const HOME = await home({ credentials: "[default]\naws_access_key_id=canary\n" });
    for (const variables of [
      { HOME, AWS_PROFILE: "absent" },
      { HOME },
      { AWS_ACCESS_KEY_ID: "canary" },
      { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "canary\n" },
    ]) {
      const failure = await settings({ ...variables, AWS_REGION: "r" }).catch(String);
      expect(failure).toContain("STORAGE_CREDENTIALS");
      expect(failure).not.toContain("canary");
    }
  });

  it.each([{}, { AWS_REGION: "eu west" }, { AWS_ENDPOINT_URL: "own:9000" }, { AWS_ENDPOINT_URL_S3: "https://u:p@h/" }])(
    "is refused with %j",
    async (variables) => {
      await expect(settings({ ...key, ...(variables as Record<string, string>) })).rejects.toThrow("USAGE");
    },
  );
});
