import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { BESIDE, SHOTS } from "../../scripts/screenshots.ts";
import { join as becomeMember, open, PASSWORD, type Agent, type Setting } from "../example-app/harness.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const image = (name: string) => join(root, `docs/images/${name}.webp`);

describe("the screenshots of the docs", () => {
  let chat: Setting;
  const people: Partial<Record<(typeof SHOTS)[number]["who"], Agent>> = {};
  before(async () => {
    chat = await open();
    const [nobody, half, member] = [chat.agent(), chat.agent(), chat.agent()];
    await becomeMember(chat, member);
    await half.post("/login").type("form").send({ email: "ann@example.org", password: PASSWORD }).expect(303);
    Object.assign(people, { nobody, half, member });
  });
  after(() => chat.close());

  it("are of pages that are there", async () => {
    for (const { path, who } of SHOTS) await people[who]?.get(path).accept("html").expect(200);
  });

  it("have each been made, are small, and stand in a page of the docs", () => {
    const names = [...SHOTS.map(({ name }) => name), "readme"];
    expect(names).to.include.members([...BESIDE]);
    expect(names.filter((name) => !existsSync(image(name)))).to.deep.equal([]);
    expect(names.reduce((sum, name) => sum + statSync(image(name)).size, 0)).to.be.below(400_000);
    const pages = [
      "README",
      ...["appearance", "recovery", "settings", "signup", "channels"].map((name) => `docs/${name}`),
    ];
    const text = pages.map((page) => read(`${page}.md`)).join("");
    expect(names.filter((name) => !text.includes(`images/${name}.webp)`))).to.deep.equal([]);
  });

  it("are for the repository, and not in the package", () => {
    const { files } = JSON.parse(read("package.json")) as { files: string[] };
    expect(files.filter((file) => "docs/images".startsWith(file))).to.deep.equal([]);
  });
});
