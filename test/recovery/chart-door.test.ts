import { expect } from "chai";
import { ARROWS } from "./chart.ts";
import { walkDoors } from "./door-walk.ts";

describe("the chart of a forgotten password, through the JSON door", function () {
  this.timeout(180_000);

  it("[T49] is what apps with any ways do at each step, and what is no arrow is 409 and changes nothing", async () => {
    const { moves, taken } = await walkDoors(60);
    expect(moves).to.be.greaterThan(300);
    expect(taken.size).to.be.greaterThan(ARROWS.length / 3);
  });
});
