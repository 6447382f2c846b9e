import express from "express";
import session from "express-session";
import passport from "passport";
import * as main from "passport-factors";
import * as strategies from "passport-factors/strategies";
import * as testing from "passport-factors/testing";
import journey from "./journey.cjs";

console.log(JSON.stringify(await journey({ express, passport, session, main, strategies, testing })));
process.exit(0);
