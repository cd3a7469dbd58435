CREATE TABLE `calendar_feeds` (
	`user_id` text PRIMARY KEY NOT NULL,
	`digest` text NOT NULL,
	`secret_id` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `calendar_feeds_by_digest` ON `calendar_feeds` (`digest`);--> statement-breakpoint
CREATE TABLE `leases` (
	`name` text PRIMARY KEY NOT NULL,
	`holder` text NOT NULL,
	`expires_at` integer NOT NULL,
	`done_until` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE `notice_preferences` (
	`user_id` text NOT NULL,
	`topic` text NOT NULL,
	`mail` text NOT NULL,
	PRIMARY KEY(`user_id`, `topic`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `notice_reads` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`read_until` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `outgoing_mails` (
	`id` text PRIMARY KEY NOT NULL,
	`address` text NOT NULL,
	`subject` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`sent_at` integer,
	`given_up_at` integer
);
--> statement-breakpoint
CREATE INDEX `outgoing_mails_waiting` ON `outgoing_mails` (`next_attempt_at`) WHERE "outgoing_mails"."sent_at" is null and "outgoing_mails"."given_up_at" is null;--> statement-breakpoint
CREATE TABLE `replay_ids` (
	`tenant_id` text NOT NULL,
	`kind` text NOT NULL,
	`digest` text NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `kind`, `digest`)
);
--> statement-breakpoint
CREATE INDEX `replay_ids_by_end` ON `replay_ids` (`expires_at`);--> statement-breakpoint
CREATE TABLE `token_places` (
	`tenant_id` text NOT NULL,
	`token_id` text NOT NULL,
	`kind` text NOT NULL,
	`value` text NOT NULL,
	`first_seen_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `token_id`, `kind`, `value`),
	FOREIGN KEY (`tenant_id`,`token_id`) REFERENCES `tokens`(`tenant_id`,`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_credentials` (
	`tenant_id` text NOT NULL,
	`token_id` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`digest` text,
	`secret_id` text,
	`kid` text,
	`public_jwks` text,
	`created_at` integer NOT NULL,
	`ends_at` integer,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`token_id`) REFERENCES `tokens`(`tenant_id`,`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "credentials_kind" CHECK("__new_credentials"."kind" in ('client_secret', 'access_jwt', 'public_jwks'))
);
--> statement-breakpoint
INSERT INTO `__new_credentials`("tenant_id", "token_id", "id", "kind", "digest", "secret_id", "kid", "created_at", "ends_at") SELECT "tenant_id", "token_id", "id", "kind", "digest", "secret_id", "kid", "created_at", "ends_at" FROM `credentials`;--> statement-breakpoint
DROP TABLE `credentials`;--> statement-breakpoint
ALTER TABLE `__new_credentials` RENAME TO `credentials`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `credentials_by_token` ON `credentials` (`tenant_id`,`token_id`);--> statement-breakpoint
CREATE INDEX `credentials_by_kid` ON `credentials` (`kid`);--> statement-breakpoint
CREATE INDEX `credentials_by_digest` ON `credentials` (`digest`);--> statement-breakpoint
ALTER TABLE `environment` ADD `refresh_tokens_off_at` integer;--> statement-breakpoint
ALTER TABLE `environment` ADD `bearer_algorithm` text DEFAULT 'ES256' NOT NULL;--> statement-breakpoint
ALTER TABLE `environment` ADD `access_algorithm` text DEFAULT 'ES256' NOT NULL;--> statement-breakpoint
ALTER TABLE `environment` ADD `key_rotation_seconds` integer DEFAULT 7776000 NOT NULL;--> statement-breakpoint
ALTER TABLE `environment` ADD `leak_reaction` text DEFAULT 'revoke' NOT NULL;--> statement-breakpoint
ALTER TABLE `signing_keys` ADD `compromised_at` integer;--> statement-breakpoint
ALTER TABLE `tenants` ADD `team_email` text;--> statement-breakpoint
ALTER TABLE `tokens` ADD `refresh_mode` text DEFAULT 'default' NOT NULL;--> statement-breakpoint
ALTER TABLE `tokens` ADD `dpop_required_at` integer;--> statement-breakpoint
CREATE INDEX `audit_events_told` ON `audit_events` (`at`,`id`) WHERE "audit_events"."type" <> 'token.exchanged';