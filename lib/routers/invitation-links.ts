import type { Security } from "../flows/settings/security.ts";
import type { FactorSettingsPage } from "../views/pages.ts";

/** Invitations, with where they are answered and taken back. */
export function invitationLinks(
  { invitations, invited }: Security,
  here: string,
): Pick<FactorSettingsPage, "invitations" | "invited"> {
  if (invitations === undefined || invited === undefined) return {};
  const at = (factor: string, verb: string) => `${here}/${factor}/${verb}`;
  return {
    invitations: invitations.map((each) => ({
      ...each,
      acceptAction: at(each.factor, "accept"),
      declineAction: at(each.factor, "decline"),
    })),
    invited: invited.map((each) => ({ ...each, removeAction: at(each.factor, "remove") })),
  };
}
