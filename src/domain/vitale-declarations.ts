import { and, eq } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { type Day, isoMoment, parisDay } from "../lib/dates.ts";
import { perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { vitaleDeclarations } from "../platform/schema.ts";
import { newDigits } from "../platform/tokens.ts";
import { record } from "./evidence.ts";
import { queueOutbound } from "./outbound.ts";

export const declarationReasons = ["perte", "vol", "dysfonctionnement"] as const;
export type DeclarationReason = (typeof declarationReasons)[number];

/** What was told of a card, and the sentence that was agreed to. */
export type DeclarationContent = {
  happenedOn: Day;
  place: string;
  description: string;
  /** Of a fault: who noticed it. */
  professional: string;
  /** Of a theft: number and date of the complaint. */
  policeReport: string;
  honour: string;
};

/** One card, and who tells of it; `bearerId` is whose card it is. */
export type DeclaredCard = { declaredBy: string; bearerId: string; cardNumber: string; reason: DeclarationReason };

/** `number` is the one of the receipt; moments in seconds. */
export type Declaration = DeclaredCard & { number: string; declaredAt: number };

const contentPlace = "vitale_declarations.content";

type KeepDeps = Pick<Deps, "db" | "clock" | "seal">;

/** A card that is lost or stolen is nobody's to use any more, and nothing else can come to pass with it. */
export function isGone({ reason }: Pick<Declaration, "reason">): boolean {
  return reason === "perte" || reason === "vol";
}

/** What was told of a card that was lost or stolen, if it was. */
export function findGone(
  deps: Pick<Deps, "db">,
  { bearerId, cardNumber }: Pick<DeclaredCard, "bearerId" | "cardNumber">,
): Declaration | undefined {
  return declarationsOn(deps, [bearerId]).find((one) => one.cardNumber === cardNumber && isGone(one));
}

/**
 * Keeps a declaration in the caller's transaction, and tells the back office. Of one card and for one reason there is
 * one declaration: told again, the first one counts. Whether the card was told to be gone is looked at before.
 */
export function keepDeclaration(
  deps: KeepDeps,
  card: DeclaredCard,
  content: DeclarationContent,
): { declaration: Declaration; isNew: boolean } {
  const { db, clock, seal } = deps;
  const { declaredBy, bearerId, cardNumber, reason } = card;
  const declaration: Declaration = { ...card, number: newNumber(deps), declaredAt: seconds(clock) };
  const { changes } = db
    .insert(vitaleDeclarations)
    .values({
      ...card,
      declarationId: declaration.number,
      contentSealed: seal.seal(contentPlace, JSON.stringify(content)),
      declaredAt: declaration.declaredAt,
    })
    .onConflictDoNothing({
      target: [vitaleDeclarations.bearerId, vitaleDeclarations.cardNumber, vitaleDeclarations.reason],
    })
    .run();
  if (changes === 0) return { declaration: findSame(deps, card), isNew: false };
  queueOutbound(deps, {
    entity: "declarations_vitale",
    memberId: declaredBy,
    row: {
      declaration_id: declaration.number,
      personne_id: bearerId,
      num_carte: cardNumber,
      motif: reason,
      date_faits: content.happenedOn,
      lieu: content.place,
      description: content.description,
      professionnel: content.professional,
      plainte: content.policeReport,
      declarant_id: declaredBy,
      declare_le: isoMoment(declaration.declaredAt * 1000),
    },
  });
  const details = { declaration: declaration.number, reason, ownCard: bearerId === declaredBy };
  record(deps, { kind: "vitale.declared", memberId: declaredBy, actor: "member", details });
  return { declaration, isNew: true };
}

/** The declarations on the cards of these people, the latest first. */
export function declarationsOn({ db }: Pick<Deps, "db">, bearerIds: string[]): Declaration[] {
  return declarationsIn(db)(bearerIds);
}

/** What reads them: prepared once, for the page of the card. */
export const declarationsIn = perBase((db) => {
  const found = db.$client.prepare<[string], Declaration>(`
    SELECT declaration_id AS number, declared_by AS declaredBy, bearer_id AS bearerId, card_number AS cardNumber, reason,
      declared_at AS declaredAt
    FROM vitale_declarations WHERE bearer_id IN (SELECT value FROM json_each(?))
    ORDER BY declared_at DESC, declaration_id DESC`);
  return (bearerIds: string[]): Declaration[] => found.all(JSON.stringify(bearerIds));
});

/** A declaration by its number, for who made it: undefined for anybody else. */
export function findDeclaration(
  { db, seal }: Pick<Deps, "db" | "seal">,
  declaredBy: string,
  number: string,
): (Declaration & { content: DeclarationContent }) | undefined {
  const found = db
    .select({ ...columns, contentSealed: vitaleDeclarations.contentSealed })
    .from(vitaleDeclarations)
    .where(and(eq(vitaleDeclarations.declaredBy, declaredBy), eq(vitaleDeclarations.declarationId, number)))
    .get();
  if (!found) return undefined;
  const { contentSealed, ...declaration } = found;
  return { ...declaration, content: JSON.parse(seal.open(contentPlace, contentSealed)) as DeclarationContent };
}

const columns = {
  number: vitaleDeclarations.declarationId,
  declaredBy: vitaleDeclarations.declaredBy,
  bearerId: vitaleDeclarations.bearerId,
  cardNumber: vitaleDeclarations.cardNumber,
  reason: vitaleDeclarations.reason,
  declaredAt: vitaleDeclarations.declaredAt,
};

function findSame({ db }: Pick<Deps, "db">, { bearerId, cardNumber, reason }: DeclaredCard): Declaration {
  const same = and(
    eq(vitaleDeclarations.bearerId, bearerId),
    eq(vitaleDeclarations.cardNumber, cardNumber),
    eq(vitaleDeclarations.reason, reason),
  );
  return db.select(columns).from(vitaleDeclarations).where(same).get()!;
}

/** `20261123-4821093755`: the day, and ten digits by chance, so that two on one day do not meet. */
function newNumber({ clock }: Pick<Deps, "clock">): string {
  return `${parisDay(clock()).replaceAll("-", "")}-${newDigits(10)}`;
}
