import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { expect } from "chai";
// TypeScript 7 has no stable API; the package checker brings the one before.
import type ts from "../../node_modules/@arethetypeswrong/core/node_modules/typescript/lib/typescript.js";

const root = join(import.meta.dirname, "../..");
const typescript = createRequire(join(root, "node_modules/@arethetypeswrong/core/package.json"))(
  "typescript",
) as typeof ts;
const manifest = createRequire(import.meta.url)("../../package.json") as {
  exports: Record<string, string | { require: { types: string } }>;
};
const doors = Object.values(manifest.exports).flatMap((each) =>
  typeof each === "string" ? [] : join(root, each.require.types),
);

/** Everything that an editor shows of the package: what its doors export, and the fields of it; with whether a comment is shown beside it. */
function shown(): Map<string, boolean> {
  const { ModuleKind, ModuleResolutionKind, SymbolFlags } = typescript;
  const program = typescript.createProgram(doors, {
    module: ModuleKind.NodeNext,
    moduleResolution: ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    types: ["node"],
  });
  const checker = program.getTypeChecker();
  const found = new Map<string, boolean>();
  const ours = ({ declarations = [] }: ts.Symbol) =>
    declarations.length > 0 &&
    declarations.every((each) => each.getSourceFile().fileName.startsWith(join(root, "dist")));

  function look(symbol: ts.Symbol, name: string): boolean {
    if (!ours(symbol)) return false;
    const isTold =
      symbol.getDocumentationComment(checker).length > 0 || symbol.getJsDocTags(checker).length > 0;
    const [declaration] = symbol.declarations as ts.Declaration[];
    const place = `${relative(root, (declaration as ts.Declaration).getSourceFile().fileName)}: ${name}`;
    if (found.has(place)) return false;
    found.set(place, isTold);
    return true;
  }
  function fields(node: ts.Node, name: string): void {
    // With what it inherits: that is an option of it, too.
    for (const property of checker.getPropertiesOfType(checker.getTypeAtLocation(node))) {
      const path = `${name}.${property.name}`;
      if (!look(property, path)) continue;
      for (const each of property.declarations ?? [])
        if (typescript.isPropertySignature(each) && each.type && typescript.isTypeLiteralNode(each.type))
          fields(each.type, path);
    }
  }
  for (const door of doors) {
    const file = checker.getSymbolAtLocation(program.getSourceFile(door) as ts.SourceFile) as ts.Symbol;
    for (const exported of checker.getExportsOfModule(file)) {
      const symbol = exported.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      look(symbol, exported.name);
      for (const each of symbol.declarations ?? [])
        if (typescript.isInterfaceDeclaration(each) || typescript.isClassDeclaration(each))
          fields(each, exported.name);
        else if (typescript.isTypeAliasDeclaration(each) && typescript.isTypeLiteralNode(each.type))
          fields(each.type, exported.name);
    }
  }
  return found;
}

describe("what an editor shows on hover", function () {
  this.timeout(60_000);
  it("has words for every export, option, field and function: 0 are without", () => {
    const all = shown();
    expect(all.size).to.be.greaterThan(1500);
    expect([...all].filter(([, isTold]) => !isTold).map(([name]) => name)).to.deep.equal([]);
  });
});
