import { and, desc, eq, inArray } from "drizzle-orm";
import type { Deps } from "../platform/deps.ts";
import { evidence, sessions } from "../platform/schema.ts";
import { listDevices } from "./devices.ts";
import type { EvidenceKind } from "./evidence.ts";

/** What an audit looks at, group by group: refused sign-ins stand apart, so that a flood of them hides nothing. */
const groups = {
  connections: ["session.started", "session.ended", "session.ended-elsewhere"],
  refusals: ["sign-in.refused", "second-factor.refused"],
  devices: ["device.remembered", "device.forgotten", "device.copied"],
  changes: [
    "password.forgotten",
    "password.changed",
    "second-factor.added",
    "second-factor.removed",
    "recovery-codes.made",
    "consent.given",
    "consent.withdrawn",
    "change.requested",
    "change.confirmed",
    "change.cancelled",
    "change.settled",
    "vitale.declared",
    "ehic.requested",
    "account.confirmed",
    "account.opened",
    "account.frozen",
  ],
  documents: [
    "reimbursements.downloaded",
    "certificate.issued",
    "document.downloaded",
    "data.downloaded",
    "evidence.exported",
    "file.read",
  ],
} satisfies Record<string, EvidenceKind[]>;

/** Every kind of act that an audit tells. */
export const auditedKinds: readonly EvidenceKind[] = Object.values(groups).flat();

const actsKept = 50;

type Act = { at: number; kind: string; actor: string; details: unknown };
export type Audit = Record<keyof typeof groups, Act[]> & {
  openSessions: { since: number; label: string; network: string }[];
  rememberedDevices: { since: number; lastUsedAt: number; label: string; network: string }[];
};

/** The last connections, devices, changes and documents of an account, as they are now, latest first; in seconds. */
export function auditOf(
  deps: Pick<Deps, "db" | "clock">,
  { accountId, memberId }: { accountId: string; memberId: string },
): Audit {
  const { createdAt: since, label, network } = sessions;
  const acts = Object.entries(groups).map(([group, kinds]) => [group, actsOf(deps.db, memberId, kinds)]);
  return {
    ...(Object.fromEntries(acts) as Record<keyof typeof groups, Act[]>),
    openSessions: deps.db
      .select({ since, label, network })
      .from(sessions)
      .where(eq(sessions.userId, accountId))
      .orderBy(desc(since))
      .all(),
    rememberedDevices: listDevices(deps, accountId).map(({ createdAt, lastUsedAt, ...device }) => ({
      since: createdAt,
      lastUsedAt,
      label: device.label,
      network: device.network,
    })),
  };
}

function actsOf(db: Deps["db"], memberId: string, kinds: EvidenceKind[]): Act[] {
  const { sequence, at, kind, actor, details } = evidence;
  return db
    .select({ at, kind, actor, details })
    .from(evidence)
    .where(and(eq(evidence.memberId, memberId), inArray(kind, kinds)))
    .orderBy(desc(sequence))
    .limit(actsKept)
    .all()
    .map((act) => ({ ...act, details: JSON.parse(act.details) as unknown }));
}
