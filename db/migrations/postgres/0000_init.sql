CREATE TABLE "audit_events" (
	"tenant_id" text NOT NULL,
	"id" text NOT NULL,
	"at" bigint NOT NULL,
	"type" text NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"target_kind" text NOT NULL,
	"target_id" text NOT NULL,
	"target_name" text NOT NULL,
	"request_id" text NOT NULL,
	"address" text,
	"details" text NOT NULL,
	CONSTRAINT "audit_events_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "changes" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "changes_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "credential_use" (
	"tenant_id" text NOT NULL,
	"token_id" text NOT NULL,
	"credential_id" text NOT NULL,
	"last_used_at" bigint NOT NULL,
	"address" text,
	"agent" text,
	CONSTRAINT "credential_use_tenant_id_token_id_credential_id_pk" PRIMARY KEY("tenant_id","token_id","credential_id")
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"tenant_id" text NOT NULL,
	"token_id" text NOT NULL,
	"id" text NOT NULL,
	"kind" text NOT NULL,
	"digest" text,
	"secret_id" text,
	"kid" text,
	"created_at" bigint NOT NULL,
	"ends_at" bigint,
	CONSTRAINT "credentials_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "credentials_kind" CHECK ("credentials"."kind" in ('client_secret', 'access_jwt'))
);
--> statement-breakpoint
CREATE TABLE "ended_families" (
	"tenant_id" text NOT NULL,
	"family_id" text NOT NULL,
	"token_id" text NOT NULL,
	"ended_at" bigint NOT NULL,
	CONSTRAINT "ended_families_tenant_id_family_id_pk" PRIMARY KEY("tenant_id","family_id")
);
--> statement-breakpoint
CREATE TABLE "environment" (
	"id" text PRIMARY KEY NOT NULL,
	"rights_version" integer DEFAULT 0 NOT NULL,
	"issuer" text NOT NULL,
	"audiences" text NOT NULL,
	"bearer_lifetime_seconds" integer NOT NULL,
	"m2m_off_at" bigint,
	"setup_done_at" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "former_issuers" (
	"url" text PRIMARY KEY NOT NULL,
	"replaced_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "issue_requests" (
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"token_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "issue_requests_tenant_id_user_id_idempotency_key_pk" PRIMARY KEY("tenant_id","user_id","idempotency_key")
);
--> statement-breakpoint
CREATE TABLE "mail_challenges" (
	"id" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"user_id" text NOT NULL,
	"link_digest" text NOT NULL,
	"code_digest" text NOT NULL,
	"browser_digest" text NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "member_roles" (
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"role_key" text NOT NULL,
	CONSTRAINT "member_roles_tenant_id_user_id_role_key_pk" PRIMARY KEY("tenant_id","user_id","role_key")
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "memberships_tenant_id_user_id_pk" PRIMARY KEY("tenant_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "permissions" (
	"key" text PRIMARY KEY NOT NULL,
	"label" text NOT NULL,
	"description" text NOT NULL,
	"category" text NOT NULL,
	"position" integer NOT NULL,
	"withdrawn_at" bigint
);
--> statement-breakpoint
CREATE TABLE "refresh_tokens" (
	"tenant_id" text NOT NULL,
	"token_id" text NOT NULL,
	"sequence" integer NOT NULL,
	"family_id" text NOT NULL,
	"digest" text NOT NULL,
	"secret_id" text NOT NULL,
	"scope" text,
	"audience" text NOT NULL,
	"predecessor_sequence" integer,
	"salt" text,
	"created_at" bigint NOT NULL,
	"used_at" bigint,
	"ended_at" bigint,
	"ended_reason" text,
	CONSTRAINT "refresh_tokens_tenant_id_token_id_sequence_pk" PRIMARY KEY("tenant_id","token_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "role_permissions" (
	"tenant_id" text NOT NULL,
	"role_key" text NOT NULL,
	"permission" text NOT NULL,
	CONSTRAINT "role_permissions_tenant_id_role_key_permission_pk" PRIMARY KEY("tenant_id","role_key","permission")
);
--> statement-breakpoint
CREATE TABLE "roles" (
	"tenant_id" text NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"level" integer NOT NULL,
	CONSTRAINT "roles_tenant_id_key_pk" PRIMARY KEY("tenant_id","key")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"digest" text PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"user_id" text NOT NULL,
	"method" text NOT NULL,
	"signed_in_at" bigint NOT NULL,
	"last_seen_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"ended_at" bigint,
	"address" text,
	"agent" text
);
--> statement-breakpoint
CREATE TABLE "sign_in_guesses" (
	"scope" text NOT NULL,
	"digest" text NOT NULL,
	"failures" integer NOT NULL,
	"since" bigint NOT NULL,
	"last_at" bigint NOT NULL,
	CONSTRAINT "sign_in_guesses_scope_digest_pk" PRIMARY KEY("scope","digest")
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"kid" text PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"algorithm" text NOT NULL,
	"public_jwk" text NOT NULL,
	"private_jwk_sealed" text NOT NULL,
	"secret_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	"active_at" bigint,
	"retiring_at" bigint,
	"removed_at" bigint
);
--> statement-breakpoint
CREATE TABLE "tenant_ceiling" (
	"tenant_id" text NOT NULL,
	"permission" text NOT NULL,
	CONSTRAINT "tenant_ceiling_tenant_id_permission_pk" PRIMARY KEY("tenant_id","permission")
);
--> statement-breakpoint
CREATE TABLE "tenants" (
	"id" text PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"rights_version" integer DEFAULT 0 NOT NULL,
	"policy" text NOT NULL,
	"ceiling_since" bigint,
	"m2m_off_at" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "token_directory" (
	"token_id" text PRIMARY KEY NOT NULL,
	"tenant_id" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "token_grants" (
	"tenant_id" text NOT NULL,
	"token_id" text NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	CONSTRAINT "token_grants_tenant_id_token_id_kind_key_pk" PRIMARY KEY("tenant_id","token_id","kind","key")
);
--> statement-breakpoint
CREATE TABLE "token_use" (
	"tenant_id" text NOT NULL,
	"token_id" text NOT NULL,
	"day" bigint NOT NULL,
	"outcome" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "token_use_tenant_id_token_id_day_outcome_pk" PRIMARY KEY("tenant_id","token_id","day","outcome")
);
--> statement-breakpoint
CREATE TABLE "tokens" (
	"tenant_id" text NOT NULL,
	"id" text NOT NULL,
	"context" text NOT NULL,
	"type" text NOT NULL,
	"owner_user_id" text,
	"granter_user_id" text NOT NULL,
	"granter_name" text NOT NULL,
	"granter_level" integer NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"search_text" text NOT NULL,
	"grant_mode" text NOT NULL,
	"ip_allowlist" text DEFAULT '[]' NOT NULL,
	"metadata" text DEFAULT '{}' NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint,
	"revoked_at" bigint,
	"revoked_by" text,
	"revoked_reason" text,
	"paused_at" bigint,
	"paused_by" text,
	"paused_level" integer,
	"paused_reason" text,
	"hint" text NOT NULL,
	"refresh_seq" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "tokens_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "tokens_context" CHECK ("tokens"."context" in ('user', 'tenant')),
	CONSTRAINT "tokens_type" CHECK ("tokens"."type" in ('client_credentials', 'access_token')),
	CONSTRAINT "tokens_grant_mode" CHECK ("tokens"."grant_mode" in ('owner', 'permissions', 'roles')),
	CONSTRAINT "tokens_owner" CHECK (("tokens"."context" = 'user') = ("tokens"."owner_user_id" is not null)),
	CONSTRAINT "tokens_owner_grant" CHECK ("tokens"."grant_mode" <> 'owner' or "tokens"."context" = 'user')
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_digest" text,
	"password_changed_at" bigint,
	"operator_since" bigint,
	"disabled_at" bigint,
	"created_at" bigint NOT NULL,
	"version" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "credential_use" ADD CONSTRAINT "credential_use_tenant_id_token_id_tokens_tenant_id_id_fk" FOREIGN KEY ("tenant_id","token_id") REFERENCES "public"."tokens"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_tenant_id_token_id_tokens_tenant_id_id_fk" FOREIGN KEY ("tenant_id","token_id") REFERENCES "public"."tokens"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_challenges" ADD CONSTRAINT "mail_challenges_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member_roles" ADD CONSTRAINT "member_roles_tenant_id_user_id_memberships_tenant_id_user_id_fk" FOREIGN KEY ("tenant_id","user_id") REFERENCES "public"."memberships"("tenant_id","user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_tenant_id_token_id_tokens_tenant_id_id_fk" FOREIGN KEY ("tenant_id","token_id") REFERENCES "public"."tokens"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "role_permissions" ADD CONSTRAINT "role_permissions_tenant_id_role_key_roles_tenant_id_key_fk" FOREIGN KEY ("tenant_id","role_key") REFERENCES "public"."roles"("tenant_id","key") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenant_ceiling" ADD CONSTRAINT "tenant_ceiling_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "token_grants" ADD CONSTRAINT "token_grants_tenant_id_token_id_tokens_tenant_id_id_fk" FOREIGN KEY ("tenant_id","token_id") REFERENCES "public"."tokens"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "token_use" ADD CONSTRAINT "token_use_tenant_id_token_id_tokens_tenant_id_id_fk" FOREIGN KEY ("tenant_id","token_id") REFERENCES "public"."tokens"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_events_newest" ON "audit_events" USING btree ("tenant_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_by_target" ON "audit_events" USING btree ("tenant_id","target_id","at");--> statement-breakpoint
CREATE INDEX "credentials_by_token" ON "credentials" USING btree ("tenant_id","token_id");--> statement-breakpoint
CREATE INDEX "credentials_by_kid" ON "credentials" USING btree ("kid");--> statement-breakpoint
CREATE INDEX "ended_families_by_token" ON "ended_families" USING btree ("tenant_id","token_id","ended_at");--> statement-breakpoint
CREATE UNIQUE INDEX "mail_challenges_by_link" ON "mail_challenges" USING btree ("link_digest");--> statement-breakpoint
CREATE INDEX "mail_challenges_by_browser" ON "mail_challenges" USING btree ("browser_digest","created_at");--> statement-breakpoint
CREATE INDEX "mail_challenges_by_user" ON "mail_challenges" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "memberships_by_user" ON "memberships" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "refresh_tokens_by_digest" ON "refresh_tokens" USING btree ("digest");--> statement-breakpoint
CREATE INDEX "refresh_tokens_by_family" ON "refresh_tokens" USING btree ("tenant_id","family_id");--> statement-breakpoint
CREATE INDEX "refresh_tokens_active" ON "refresh_tokens" USING btree ("tenant_id","token_id","sequence") WHERE "refresh_tokens"."used_at" is null and "refresh_tokens"."ended_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "refresh_tokens_successor" ON "refresh_tokens" USING btree ("tenant_id","token_id","predecessor_sequence");--> statement-breakpoint
CREATE INDEX "sessions_by_user" ON "sessions" USING btree ("user_id","signed_in_at");--> statement-breakpoint
CREATE INDEX "signing_keys_by_purpose" ON "signing_keys" USING btree ("purpose","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "signing_keys_active" ON "signing_keys" USING btree ("purpose") WHERE "signing_keys"."active_at" is not null and "signing_keys"."retiring_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "tenants_by_slug" ON "tenants" USING btree ("slug");--> statement-breakpoint
CREATE INDEX "tokens_newest" ON "tokens" USING btree ("tenant_id","context","created_at","id");--> statement-breakpoint
CREATE INDEX "tokens_live_newest" ON "tokens" USING btree ("tenant_id","context","created_at","id") WHERE "tokens"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX "tokens_by_owner" ON "tokens" USING btree ("tenant_id","owner_user_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_by_email" ON "users" USING btree ("email");