/** What a page says, without its tags. */
export const readAloud = (html: string): string => html.replace(/<[^>]+>/g, "");
