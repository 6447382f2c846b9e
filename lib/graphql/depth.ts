import { GraphQLError, Kind, type ASTVisitor, type SelectionSetNode, type ValidationContext } from "graphql";

/** Refuses what nests deeper than these operations ever need; fragments are followed. */
export const depthLimit =
  (most: number) =>
  (context: ValidationContext): ASTVisitor => {
    // Each fragment is measured once: fragments that spread the next one twice would else double the work with each.
    const measured = new Map<string, number>();
    function depthOf(selections: SelectionSetNode | undefined): number {
      const depths = (selections?.selections ?? []).map((each) => {
        if (each.kind === Kind.FIELD) return 1 + depthOf(each.selectionSet);
        return each.kind === Kind.INLINE_FRAGMENT
          ? depthOf(each.selectionSet)
          : depthOfFragment(each.name.value);
      });
      return Math.max(0, ...depths);
    }
    function depthOfFragment(name: string): number {
      const known = measured.get(name);
      if (known !== undefined) return known;
      // A circle, which graphql refuses by itself, ends here.
      measured.set(name, 0);
      const depth = depthOf(context.getFragment(name)?.selectionSet);
      measured.set(name, depth);
      return depth;
    }
    return {
      OperationDefinition(node) {
        if (depthOf(node.selectionSet) > most)
          context.reportError(
            new GraphQLError(`The query is deeper than ${most}`, { extensions: { code: "invalid_request" } }),
          );
      },
    };
  };
