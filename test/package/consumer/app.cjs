const journey = require("./journey.cjs");

// A rejection ends the process, as it should.
void journey({
  express: require("express"),
  passport: require("passport"),
  session: require("express-session"),
  main: require("passport-factors"),
  strategies: require("passport-factors/strategies"),
  testing: require("passport-factors/testing"),
}).then((seen) => {
  console.log(JSON.stringify(seen));
  process.exit(0);
});
