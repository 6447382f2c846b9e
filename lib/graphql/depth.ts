import { GraphQLError, Kind, type ASTVisitor, type SelectionSetNode, type ValidationContext } from "graphql";

/** Refuses what nests deeper than these operations ever need; fragments are followed, and named once. */
export const depthLimit =
  (most: number) =>
  (context: ValidationContext): ASTVisitor => {
    function depthOf(selections: SelectionSetNode | undefined, seen: readonly string[]): number {
      const depths = (selections?.selections ?? []).map((each) => {
        if (each.kind === Kind.FIELD) return 1 + depthOf(each.selectionSet, seen);
        if (each.kind === Kind.INLINE_FRAGMENT) return depthOf(each.selectionSet, seen);
        const name = each.name.value;
        return seen.includes(name) ? 0 : depthOf(context.getFragment(name)?.selectionSet, [...seen, name]);
      });
      return Math.max(0, ...depths);
    }
    return {
      OperationDefinition(node) {
        if (depthOf(node.selectionSet, []) > most)
          context.reportError(
            new GraphQLError(`The query is deeper than ${most}`, { extensions: { code: "invalid_request" } }),
          );
      },
    };
  };
