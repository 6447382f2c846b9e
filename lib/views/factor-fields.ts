import type { FactorField } from "../factors/definition.ts";
import { html, type Html } from "./html.ts";

/** The inputs that a factor shows as `fields`; undefined where it shows none. */
export function fieldsIn(shown: Readonly<Record<string, unknown>>): readonly FactorField[] | undefined {
  const { fields } = shown;
  return Array.isArray(fields) && fields.length > 0 ? (fields as FactorField[]) : undefined;
}

/** One input for each, all of them under the factor's field: a form sends `field[name]`. */
export function factorFields(field: string, fields: readonly FactorField[], describedBy?: string): Html {
  return html`${fields.map((each) => {
    const id = `${field}-${each.name}`;
    const name = `${field}[${each.name}]`;
    const described = describedBy !== undefined && html` aria-describedby="${describedBy}"`;
    return html`<label for="${id}">${each.label}</label>
${
  each.options === undefined
    ? html`<input id="${id}" name="${name}" type="text" autocomplete="off" maxlength="320" spellcheck="false" required value="${each.value ?? ""}"${described}>`
    : html`<select id="${id}" name="${name}" required${described}>
${each.options.map(({ value, label }) => html`<option value="${value}"${value === each.value && html` selected`}>${label}</option>\n`)}</select>`
}
`;
  })}`;
}
