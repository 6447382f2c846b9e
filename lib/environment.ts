/** Whether this process says that it is in production. The only look at the environment outside the `fromEnv` functions. */
export function inProduction(env: { NODE_ENV?: string | undefined } = process.env): boolean {
  return env.NODE_ENV === "production";
}
