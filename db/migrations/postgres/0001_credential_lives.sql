CREATE TABLE "calendar_feeds" (
	"user_id" text PRIMARY KEY NOT NULL,
	"digest" text NOT NULL,
	"secret_id" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"expires_at" bigint NOT NULL,
	"done_until" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notice_preferences" (
	"user_id" text NOT NULL,
	"topic" text NOT NULL,
	"mail" text NOT NULL,
	CONSTRAINT "notice_preferences_user_id_topic_pk" PRIMARY KEY("user_id","topic")
);
--> statement-breakpoint
CREATE TABLE "notice_reads" (
	"tenant_id" text NOT NULL,
	"user_id" text NOT NULL,
	"read_until" bigint NOT NULL,
	CONSTRAINT "notice_reads_tenant_id_user_id_pk" PRIMARY KEY("tenant_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "outgoing_mails" (
	"id" text PRIMARY KEY NOT NULL,
	"address" text NOT NULL,
	"subject" text NOT NULL,
	"body" text NOT NULL,
	"created_at" bigint NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" bigint NOT NULL,
	"sent_at" bigint,
	"given_up_at" bigint
);
--> statement-breakpoint
CREATE TABLE "replay_ids" (
	"tenant_id" text NOT NULL,
	"kind" text NOT NULL,
	"digest" text NOT NULL,
	"expires_at" bigint NOT NULL,
	CONSTRAINT "replay_ids_tenant_id_kind_digest_pk" PRIMARY KEY("tenant_id","kind","digest")
);
--> statement-breakpoint
CREATE TABLE "token_places" (
	"tenant_id" text NOT NULL,
	"token_id" text NOT NULL,
	"kind" text NOT NULL,
	"value" text NOT NULL,
	"first_seen_at" bigint NOT NULL,
	CONSTRAINT "token_places_tenant_id_token_id_kind_value_pk" PRIMARY KEY("tenant_id","token_id","kind","value")
);
--> statement-breakpoint
ALTER TABLE "credentials" DROP CONSTRAINT "credentials_kind";--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "public_jwks" text;--> statement-breakpoint
ALTER TABLE "environment" ADD COLUMN "refresh_tokens_off_at" bigint;--> statement-breakpoint
ALTER TABLE "environment" ADD COLUMN "bearer_algorithm" text DEFAULT 'ES256' NOT NULL;--> statement-breakpoint
ALTER TABLE "environment" ADD COLUMN "access_algorithm" text DEFAULT 'ES256' NOT NULL;--> statement-breakpoint
ALTER TABLE "environment" ADD COLUMN "key_rotation_seconds" integer DEFAULT 7776000 NOT NULL;--> statement-breakpoint
ALTER TABLE "environment" ADD COLUMN "leak_reaction" text DEFAULT 'revoke' NOT NULL;--> statement-breakpoint
ALTER TABLE "signing_keys" ADD COLUMN "compromised_at" bigint;--> statement-breakpoint
ALTER TABLE "tenants" ADD COLUMN "team_email" text;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "refresh_mode" text DEFAULT 'default' NOT NULL;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "dpop_required_at" bigint;--> statement-breakpoint
ALTER TABLE "calendar_feeds" ADD CONSTRAINT "calendar_feeds_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_preferences" ADD CONSTRAINT "notice_preferences_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_reads" ADD CONSTRAINT "notice_reads_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "token_places" ADD CONSTRAINT "token_places_tenant_id_token_id_tokens_tenant_id_id_fk" FOREIGN KEY ("tenant_id","token_id") REFERENCES "public"."tokens"("tenant_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "calendar_feeds_by_digest" ON "calendar_feeds" USING btree ("digest");--> statement-breakpoint
CREATE INDEX "outgoing_mails_waiting" ON "outgoing_mails" USING btree ("next_attempt_at") WHERE "outgoing_mails"."sent_at" is null and "outgoing_mails"."given_up_at" is null;--> statement-breakpoint
CREATE INDEX "replay_ids_by_end" ON "replay_ids" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "audit_events_told" ON "audit_events" USING btree ("at","id") WHERE "audit_events"."type" <> 'token.exchanged';--> statement-breakpoint
CREATE INDEX "credentials_by_digest" ON "credentials" USING btree ("digest");--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_kind" CHECK ("credentials"."kind" in ('client_secret', 'access_jwt', 'public_jwks'));