import { type Context, Hono } from "hono";
import { findOpening, noteReading, openFile } from "../../domain/file-openings.ts";
import { isNameIndexFilled } from "../../domain/member-names.ts";
import { findPerson, looksLikeNir } from "../../domain/member-search.ts";
import { may } from "../../domain/staff-roles.ts";
import type { Deps } from "../../platform/deps.ts";
import { draftOf } from "../../web/drafts.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, type Typed } from "../../web/forms.ts";
import { type StaffWeb, staffOf } from "../../web/staff-guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import { ActForm } from "./act-page.tsx";
import { type AccountAct, accountActs, actOnAccount, actsFor, searchPeople } from "./actions.ts";
import { ActRefused, FileAccount, FilePart, fileTitle, type OpenFile } from "./file-pages.tsx";
import { createMemberView } from "./member-view.ts";
import { OpenForm } from "./open-page.tsx";
import { details, type PartName, parts, staffLink } from "./parts.ts";
import { readAccount, readInvitation, readSeen } from "./queries.ts";
import { type ActField, actSchema, type OpenField, openSchema, searchSchema } from "./schema.ts";
import { Search } from "./search-page.tsx";

const section = "staffMembers";
const filePath = "/staff/members/:id";

/** Finding a member, opening the file for a reason, reading it as the member does, and acting on the account. */
export function staffMembersRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  const { db, config } = deps;
  const memberPage = createMemberView(deps);
  const statusOf = (faults: Faults) => (Object.keys(faults).length > 0 ? 422 : 200);

  type Searched = { faults?: Faults<"q">; typed?: Typed<"q">; found?: Parameters<typeof Search>[0]["found"] };

  const searchPage = (c: Ctx, { faults = {}, typed = {}, found }: Searched) => {
    const { t } = c.var;
    // A social security number stands in no page it was not asked for on.
    const shown = typed.q !== undefined && looksLikeNir(typed.q) ? {} : typed;
    return respond.page(c, {
      title: titleWith(t, t("staff-members:search.title"), faults),
      section,
      status: statusOf(faults),
      main: <Search t={t} faults={faults} typed={shown} found={found} isFilling={!isNameIndexFilled(db)} />,
    });
  };

  const idOf = (c: Context<Env>) => c.req.param("id") ?? "";

  const openPage = (c: Ctx, faults: Faults<OpenField>, typed: Typed<OpenField>) => {
    const { t } = c.var;
    const person = findPerson(deps, idOf(c));
    if (!person) return errorPage(c, respond, 404);
    return respond.page(c, {
      title: titleWith(t, t("staff-members:open.title"), faults),
      section,
      status: statusOf(faults),
      main: <OpenForm t={t} person={person} faults={faults} typed={typed} />,
    });
  };

  /** An act has a reason of its own, which waits until the file is open again. */
  const openingKept = (c: Ctx) => (c.req.param("act") === undefined ? draftOf(c, ["reason", "note"]) : {});

  /** The file, when it is open in this session; else what is answered instead. */
  const fileOf = (c: Ctx, part?: PartName): OpenFile | Response => {
    const { t, language } = c.var;
    const person = findPerson(deps, idOf(c));
    if (!person) return errorPage(c, respond, 404);
    const opening = findOpening(deps, staffOf(c), person.memberId);
    if (!opening) return openPage(c, {}, { ...openingKept(c), ...(part && { part }) });
    return { t, language, person, opening };
  };

  /** A page of the member, with the address it has for the member. */
  const partPage = async (c: Ctx, name: PartName, page: string) => {
    const file = fileOf(c, name);
    if (file instanceof Response) return file;
    const { memberId } = file.person;
    const seen = readSeen(deps, memberId, c.var.language);
    if (!seen) return errorPage(c, respond, 404);
    const drawn = await memberPage(c, seen, page + new URL(c.req.url).search, (href) => staffLink(memberId, href));
    const { page: own, what } = parts.find((part) => part.name === name)!;
    // A payment, a message or a place in a list that the member does not see is none.
    if (!drawn && (page !== own || Object.keys(c.req.query()).length > 0)) return errorPage(c, respond, 404);
    noteReading(deps, file.opening, staffOf(c), what);
    return respond.page(c, {
      title: fileTitle(file, name, page === own ? undefined : drawn?.title),
      section,
      main: <FilePart file={file} part={name} seen={drawn} isDetail={page !== own} />,
    });
  };

  const accountPage = (c: Ctx, done: AccountAct | undefined) => {
    const file = fileOf(c);
    if (file instanceof Response) return file;
    const { memberId } = file.person;
    const mayAct = may(staffOf(c).role, "members.act");
    return respond.page(c, {
      title: fileTitle(file, "account"),
      section,
      main: (
        <FileAccount
          file={file}
          account={readAccount(deps, memberId)}
          invitation={readInvitation(deps, memberId)}
          acts={mayAct ? actsFor(deps, memberId) : []}
          done={done}
          organisation={config.organisation.name}
        />
      ),
    });
  };

  const actOf = (c: Ctx) => accountActs.find((act) => act === c.req.param("act"));

  const actPage = (c: Ctx, faults: Faults<ActField>, typed: Typed<ActField>) => {
    const act = actOf(c);
    if (!act) return errorPage(c, respond, 404);
    const file = fileOf(c);
    if (file instanceof Response) return file;
    if (!actsFor(deps, file.person.memberId).includes(act)) return refused(c, file, act, "notActive");
    const title = titleWith(c.var.t, c.var.t(`staff-members:acts.names.${act}`), faults);
    const main = <ActForm file={file} act={act} faults={faults} typed={typed} />;
    return respond.page(c, { title, section, status: statusOf(faults), main });
  };

  const refused = (c: Ctx, file: OpenFile, act: AccountAct, fault: Parameters<typeof ActRefused>[0]["fault"]) => {
    const title = c.var.t("staff-members:acts.refusedTitle", { act: c.var.t(`staff-members:acts.names.${act}`) });
    return respond.page(c, { title, section, status: 409, main: <ActRefused file={file} act={act} fault={fault} /> });
  };

  const routes = new Hono<Env>()
    .get(urls.staffMembers, guards.may("members.search"), (c) => searchPage(c, {}))
    .post(
      urls.staffMembers,
      guards.may("members.search"),
      formOf(searchSchema, (c, faults, typed) => searchPage(c, { faults, typed })),
      async (c) => {
        const { q } = c.req.valid("form");
        const searched = await searchPeople(deps, staffOf(c), q);
        if (!searched.ok) return errorPage(c, respond, 429, searched.waitSeconds);
        return searchPage(c, { typed: { q }, found: searched.found });
      },
    )
    .get(filePath, guards.may("members.open"), (c) =>
      accountPage(
        c,
        accountActs.find((act) => act === c.req.query("done")),
      ),
    )
    .post(`${filePath}/open`, guards.may("members.open"), formOf(openSchema, openPage), (c) => {
      const { reason, note, part } = c.req.valid("form");
      const memberId = idOf(c);
      if (!openFile(deps, staffOf(c), { memberId, reason, note: note || undefined })) return errorPage(c, respond, 404);
      return respond.goTo(c, part ? urls.staffMemberPart(memberId, part) : urls.staffMember(memberId));
    })
    .get(`${filePath}/acts/:act`, guards.may("members.act"), (c) => actPage(c, {}, draftOf(c, ["reason"])))
    .post(`${filePath}/acts/:act`, guards.may("members.act"), formOf(actSchema, actPage), (c) => {
      const act = actOf(c);
      if (!act) return errorPage(c, respond, 404);
      const file = fileOf(c);
      if (file instanceof Response) return file;
      const { memberId, number } = file.person;
      const acted = actOnAccount(deps, staffOf(c), { act, memberId, number, reason: c.req.valid("form").reason });
      if (!acted.ok) return refused(c, file, act, acted.fault);
      return respond.goTo(c, `${urls.staffMember(memberId)}?done=${act}`);
    });
  for (const { name, page } of parts)
    routes.get(`${filePath}/${name}`, guards.may("members.open"), (c) => partPage(c, name, page));
  for (const { part, path, page } of details)
    routes.get(`${filePath}/${path}`, guards.may("members.open"), (c) =>
      partPage(c, part, page(c.req.param("item") ?? "")),
    );
  return routes;
}
