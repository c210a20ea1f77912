import type { WrittenPayment } from "../domain/alerts.ts";
import type { CardAnswer } from "../domain/card-settling.ts";
import type { ChangeAnswer } from "../domain/change-settling.ts";
import type { IdentityChange } from "../domain/freezing.ts";
import type { Clock } from "../lib/clock.ts";
import type { Db } from "../platform/database.ts";
import type { Seal } from "../platform/seal.ts";
import type { ErrorCode, WarningCode } from "./codes.ts";
import type { Cell, Column } from "./columns.ts";

/** The inbound entities in the order they load: no row comes before its parent. */
export const entityNames = [
  "personnes",
  "amo",
  "contrats",
  "beneficiaires",
  "garanties",
  "echeances",
  "coordonnees_bancaires",
  "paiements",
  "lignes",
  "vitale",
  "ceam",
  "changements_ack",
  "desinscriptions",
] as const;
export type EntityName = (typeof entityNames)[number];

/** One row of a feed, read and checked by itself; cells stand in the order of the entity's columns. */
export type FeedRow = {
  /** Line of the file, the header being 1. */
  line: number;
  ends: boolean;
  version: number;
  updatedAt: string | null;
  cells: Cell[];
};

export type Fault = { code: ErrorCode | WarningCode; column?: string; value?: string };

/** What happened to a row that met the base. */
export type Outcome =
  | { kind: "applied" | "unchanged"; invited?: boolean; doubt?: Fault | undefined }
  | { kind: "ignored"; code: "I_ANCIEN" | "I_ABSENT" | "I_REJEU" }
  | { kind: "rejected"; fault: Fault }
  | { kind: "waiting"; parent: Parent; column: string };

export type Parent = { entity: EntityName; key: string };

/** Puts rows of one entity in the base, inside the caller's write transaction. */
export type Store = {
  /** @param check true to compare only: nothing is written, what would be is ignored (I_REJEU). */
  put(row: FeedRow, check: boolean): Outcome;
};

/** What an entity may need beyond its own columns. */
export type Surroundings = {
  db: Db;
  seal: Seal;
  /** Invites a person once for ever; true when it did now. */
  invite: (memberId: string) => boolean;
  /** Somebody known has another birth date or number now. */
  identityChanged: (memberId: string, changed: IdentityChange[]) => void;
  /** The back office has answered a request of a member. */
  changeAnswered: (answer: ChangeAnswer) => void;
  /** The back office has said how far a European card has come. */
  cardAnswered: (answer: CardAnswer) => void;
  /** Gives what is told of each payment written, when there is somebody to tell; asked once for each file. */
  watchPayments?: (() => (payment: WrittenPayment) => void) | undefined;
  clock: Clock;
  /** The day it is in Paris. */
  today: string;
};

/** Rules of an entity that need the base. */
export type BaseRules = {
  /** Columns of the stored row the rules want to see. */
  reads?: string[];
  refuse?: (row: FeedRow, stored: Stored | undefined) => Fault | undefined;
  /** What is said of a row that is taken all the same; asked before it is written. */
  doubt?: (row: FeedRow) => Fault | undefined;
  refuseEnd?: (row: FeedRow) => Fault | undefined;
  /** Runs once the row is written; true when it invited the person. */
  written?: (row: FeedRow, stored: Stored | undefined) => boolean;
};

export type Stored = { version: number; digest: Buffer; ended: number; hash: Buffer | null } & Record<
  string,
  Cell | Buffer
>;

export type Entity = {
  name: EntityName;
  table: string;
  /** Columns (feed names) that make the key. */
  key: string[];
  columns: Column[];
  /** Columns whose value must be the key of a row in the base. */
  parents: { column: string; entity: EntityName }[];
  /** Rules of the row by itself. */
  check?: (cells: Cell[], today: string) => Fault[];
  /** Fills what follows from the other cells, in a row that passed its check. */
  complete?: (cells: Cell[]) => void;
  /** A value that is sealed: its columns in the base, and how it is found again. */
  secret?: {
    columns: string[];
    hashColumn: string;
    hash: (seal: Seal, cells: Cell[]) => Buffer | null;
    sealed: (seal: Seal, cells: Cell[], hash: Buffer | null) => (Cell | Buffer)[];
  };
  baseRules?: (around: Surroundings) => BaseRules;
  /** The column by which the table is laid out: rows are applied in its order, page after page. */
  clusteredBy?: string;
  /** History is never ended by a full feed that no longer tells it. */
  isHistory?: boolean;
};

/** The key of a row as one text, for reports and orphans. */
export function keyOf(entity: Entity, cells: Cell[]): string {
  return entity.key.map((name) => cells[entity.columns.findIndex((column) => column.name === name)]).join("+");
}

/** Tables that rows refer to, by the entity that fills them; each has a key of one column. */
export const parentTables: Partial<Record<EntityName, { table: string; key: string }>> = {
  personnes: { table: "members", key: "member_id" },
  contrats: { table: "contracts", key: "contract_id" },
  paiements: { table: "payments", key: "payment_id" },
  lignes: { table: "lines", key: "line_id" },
};
