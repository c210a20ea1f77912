import type { Portal } from "./portal.ts";

/** The method and the address of each route, its patterns left out: `/messages/:id{[0-9]+}` is `/messages/:id`. */
export function everyRoute({ app }: Pick<Portal, "app">): string[] {
  const all = app.routes
    .filter(({ method, path }) => method !== "ALL" && path !== "/*")
    .map(({ method, path }) => `${method} ${path.replace(/(:\w+)\{(?:[^{}]|\{[^{}]*\})*\}/g, "$1")}`);
  return [...new Set(all)];
}

export const methodOf = (route: string) => route.split(" ")[0]!;
export const pathOf = (route: string) => route.split(" ")[1]!;
export const isOfStaff = (route: string) => /^\/staff(?:\/|$)/.test(pathOf(route));
