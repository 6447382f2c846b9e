import express from "express";

/** The app's own forms: small, flat, urlencoded or JSON. */
export const bodies = [
  express.urlencoded({ extended: false, limit: "16kb", parameterLimit: 20 }),
  express.json({ limit: "16kb" }),
];
