import { expect } from "chai";
import { ARROWS } from "./chart.ts";
import { walkDoors } from "./door-walk.ts";

describe("the chart of a forgotten password, through the JSON doors of 2,000 apps", function () {
  this.timeout(1_800_000);

  it("[T49] is what apps with any ways do at each step, and what is no arrow is 409 and changes nothing", async () => {
    const { moves, taken } = await walkDoors(2000);
    expect(moves).to.be.greaterThan(10_000);
    expect(taken.size).to.be.greaterThan(ARROWS.length / 2);
  });
});
