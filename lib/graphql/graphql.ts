import type { Router } from "express";
import {
  buildSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  type GraphQLObjectType,
  type GraphQLSchema,
} from "graphql";
import { createHandler } from "graphql-http/lib/use/express";
import type { Factors } from "../setup/create-factors.ts";
import { inProduction } from "../environment.ts";
import { noStore } from "../http/headers.ts";
import { mountedRouter } from "../http/mounted-router.ts";
import { depthLimit } from "./depth.ts";
import { resolvers, type GraphQLContext, type ResolversOptions } from "./resolvers.ts";
import { typeDefs } from "./type-defs.ts";
import { checkNames } from "../options.ts";

export { resolvers } from "./resolvers.ts";
export type { GraphQLContext, Resolvers, ResolversOptions } from "./resolvers.ts";
export { typeDefs } from "./type-defs.ts";

/** Options of `graphQL`; docs/options.md has every default, unit and range. */
export interface GraphQLOptions extends ResolversOptions {
  /** Whether the schema may be asked for. @default not in production */
  introspection?: boolean;
  /** @default 5 */
  maxDepth?: number;
  /** Lexical tokens of a document. @default 500 */
  maxTokens?: number;
}

/**
 * The phone module's GraphQL operations as a door of their own: GraphQL over HTTP, mutations by POST only, from this origin only, one operation a
 * request. Mount it at `/graphql`, behind session and Passport. An existing server merges `typeDefs` and `resolvers(factors)` instead.
 */
export function graphql(factors: Factors, given: GraphQLOptions = {}): Router {
  checkNames("graphql", given, { introspection: true, maxDepth: true, maxTokens: true, signup: true });
  const { introspection = !inProduction(), maxDepth = 5, maxTokens = 500, ...options } = given;
  const run = createHandler({
    schema: executable(factors, options),
    context: (request): GraphQLContext & Record<PropertyKey, unknown> => ({ req: request.raw }),
    parse: (source, options) => parse(source, { ...options, maxTokens }),
    validationRules: [
      depthLimit(introspection ? Math.max(maxDepth, INTROSPECTION_DEPTH) : maxDepth),
      ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
    ],
  });
  return mountedRouter(factors, {
    get: {
      "/": async (req, res) => {
        noStore(res);
        await run(req, res, () => {});
      },
    },
    post: {
      "/": async (req, res) => {
        noStore(res);
        await run(req, res, () => {});
      },
    },
  });
}

/** The usual introspection query follows types of lists of types. */
const INTROSPECTION_DEPTH = 13;

function executable(factors: Factors, options: ResolversOptions): GraphQLSchema {
  const schema = buildSchema(typeDefs);
  for (const [type, fields] of Object.entries(resolvers(factors, options))) {
    const defined = (schema.getType(type) as GraphQLObjectType).getFields();
    for (const [name, resolve] of Object.entries(fields)) Object.assign(defined[name] as object, { resolve });
  }
  return schema;
}
