import { Hono } from "hono";
import type { Deps } from "../platform/deps.ts";
import type { Env } from "../web/env.ts";
import type { StaffWeb } from "../web/staff-guards.ts";
import { staffBounceRoutes } from "./bounces/routes.tsx";
import { staffCaseRoutes } from "./cases/routes.tsx";
import { staffChangeRoutes } from "./changes/routes.tsx";
import { staffEhicRoutes } from "./ehic/routes.tsx";
import { staffEvidenceRoutes } from "./evidence/routes.tsx";
import { staffHomeRoutes } from "./home/routes.tsx";
import { staffImportsRoutes } from "./imports/routes.tsx";
import { staffInvitationRoutes } from "./invitations/routes.tsx";
import { staffMailRoutes } from "./mail/routes.tsx";
import { staffMaintenanceRoutes } from "./maintenance/routes.tsx";
import { staffMembersRoutes } from "./members/routes.tsx";
import { staffMessageRoutes } from "./messages/routes.tsx";
import { staffNoticesRoutes } from "./notices/routes.tsx";
import { staffRightsRoutes } from "./rights/routes.tsx";
import { staffSessionRoutes } from "./session/routes.ts";
import { staffSignInRoutes } from "./sign-in/routes.tsx";

/** The back office: every route under /staff. */
export function staffRoutes(deps: Deps, web: StaffWeb) {
  return new Hono<Env>()
    .route("/", staffSignInRoutes(deps, web))
    .route("/", staffSessionRoutes(deps, web))
    .route("/", staffHomeRoutes(deps, web))
    .route("/", staffEhicRoutes(deps, web))
    .route("/", staffChangeRoutes(deps, web))
    .route("/", staffMessageRoutes(deps, web))
    .route("/", staffCaseRoutes(deps, web))
    .route("/", staffInvitationRoutes(deps, web))
    .route("/", staffBounceRoutes(deps, web))
    .route("/", staffMembersRoutes(deps, web))
    .route("/", staffRightsRoutes(deps, web))
    .route("/", staffImportsRoutes(deps, web))
    .route("/", staffMailRoutes(deps, web))
    .route("/", staffEvidenceRoutes(deps, web))
    .route("/", staffNoticesRoutes(deps, web))
    .route("/", staffMaintenanceRoutes(deps, web));
}
