CREATE TABLE `audit_events` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`type` text NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text NOT NULL,
	`actor_name` text NOT NULL,
	`target_kind` text NOT NULL,
	`target_id` text NOT NULL,
	`target_name` text NOT NULL,
	`request_id` text NOT NULL,
	`address` text,
	`details` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `audit_events_newest` ON `audit_events` (`tenant_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `audit_events_by_target` ON `audit_events` (`tenant_id`,`target_id`,`at`);--> statement-breakpoint
CREATE TABLE `changes` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `credential_use` (
	`tenant_id` text NOT NULL,
	`token_id` text NOT NULL,
	`credential_id` text NOT NULL,
	`last_used_at` integer NOT NULL,
	`address` text,
	`agent` text,
	PRIMARY KEY(`tenant_id`, `token_id`, `credential_id`),
	FOREIGN KEY (`tenant_id`,`token_id`) REFERENCES `tokens`(`tenant_id`,`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `credentials` (
	`tenant_id` text NOT NULL,
	`token_id` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`digest` text,
	`secret_id` text,
	`kid` text,
	`created_at` integer NOT NULL,
	`ends_at` integer,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`token_id`) REFERENCES `tokens`(`tenant_id`,`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "credentials_kind" CHECK("credentials"."kind" in ('client_secret', 'access_jwt'))
);
--> statement-breakpoint
CREATE INDEX `credentials_by_token` ON `credentials` (`tenant_id`,`token_id`);--> statement-breakpoint
CREATE INDEX `credentials_by_kid` ON `credentials` (`kid`);--> statement-breakpoint
CREATE TABLE `ended_families` (
	`tenant_id` text NOT NULL,
	`family_id` text NOT NULL,
	`token_id` text NOT NULL,
	`ended_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `family_id`)
);
--> statement-breakpoint
CREATE INDEX `ended_families_by_token` ON `ended_families` (`tenant_id`,`token_id`,`ended_at`);--> statement-breakpoint
CREATE TABLE `environment` (
	`id` text PRIMARY KEY NOT NULL,
	`rights_version` integer DEFAULT 0 NOT NULL,
	`issuer` text NOT NULL,
	`audiences` text NOT NULL,
	`bearer_lifetime_seconds` integer NOT NULL,
	`m2m_off_at` integer,
	`setup_done_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `former_issuers` (
	`url` text PRIMARY KEY NOT NULL,
	`replaced_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `issue_requests` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`idempotency_key` text NOT NULL,
	`token_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`, `idempotency_key`)
);
--> statement-breakpoint
CREATE TABLE `mail_challenges` (
	`id` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`user_id` text NOT NULL,
	`link_digest` text NOT NULL,
	`code_digest` text NOT NULL,
	`browser_digest` text NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mail_challenges_by_link` ON `mail_challenges` (`link_digest`);--> statement-breakpoint
CREATE INDEX `mail_challenges_by_browser` ON `mail_challenges` (`browser_digest`,`created_at`);--> statement-breakpoint
CREATE INDEX `mail_challenges_by_user` ON `mail_challenges` (`user_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `member_roles` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`role_key` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`, `role_key`),
	FOREIGN KEY (`tenant_id`,`user_id`) REFERENCES `memberships`(`tenant_id`,`user_id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `memberships` (
	`tenant_id` text NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `user_id`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `memberships_by_user` ON `memberships` (`user_id`);--> statement-breakpoint
CREATE TABLE `permissions` (
	`key` text PRIMARY KEY NOT NULL,
	`label` text NOT NULL,
	`description` text NOT NULL,
	`category` text NOT NULL,
	`position` integer NOT NULL,
	`withdrawn_at` integer
);
--> statement-breakpoint
CREATE TABLE `refresh_tokens` (
	`tenant_id` text NOT NULL,
	`token_id` text NOT NULL,
	`sequence` integer NOT NULL,
	`family_id` text NOT NULL,
	`digest` text NOT NULL,
	`secret_id` text NOT NULL,
	`scope` text,
	`audience` text NOT NULL,
	`predecessor_sequence` integer,
	`salt` text,
	`created_at` integer NOT NULL,
	`used_at` integer,
	`ended_at` integer,
	`ended_reason` text,
	PRIMARY KEY(`tenant_id`, `token_id`, `sequence`),
	FOREIGN KEY (`tenant_id`,`token_id`) REFERENCES `tokens`(`tenant_id`,`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `refresh_tokens_by_digest` ON `refresh_tokens` (`digest`);--> statement-breakpoint
CREATE INDEX `refresh_tokens_by_family` ON `refresh_tokens` (`tenant_id`,`family_id`);--> statement-breakpoint
CREATE INDEX `refresh_tokens_active` ON `refresh_tokens` (`tenant_id`,`token_id`,`sequence`) WHERE "refresh_tokens"."used_at" is null and "refresh_tokens"."ended_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX `refresh_tokens_successor` ON `refresh_tokens` (`tenant_id`,`token_id`,`predecessor_sequence`);--> statement-breakpoint
CREATE TABLE `role_permissions` (
	`tenant_id` text NOT NULL,
	`role_key` text NOT NULL,
	`permission` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `role_key`, `permission`),
	FOREIGN KEY (`tenant_id`,`role_key`) REFERENCES `roles`(`tenant_id`,`key`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `roles` (
	`tenant_id` text NOT NULL,
	`key` text NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`level` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `key`)
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`digest` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`method` text NOT NULL,
	`signed_in_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`address` text,
	`agent` text,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `sessions_by_user` ON `sessions` (`user_id`,`signed_in_at`);--> statement-breakpoint
CREATE TABLE `sign_in_guesses` (
	`scope` text NOT NULL,
	`digest` text NOT NULL,
	`failures` integer NOT NULL,
	`since` integer NOT NULL,
	`last_at` integer NOT NULL,
	PRIMARY KEY(`scope`, `digest`)
);
--> statement-breakpoint
CREATE TABLE `signing_keys` (
	`kid` text PRIMARY KEY NOT NULL,
	`purpose` text NOT NULL,
	`algorithm` text NOT NULL,
	`public_jwk` text NOT NULL,
	`private_jwk_sealed` text NOT NULL,
	`secret_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`active_at` integer,
	`retiring_at` integer,
	`removed_at` integer
);
--> statement-breakpoint
CREATE INDEX `signing_keys_by_purpose` ON `signing_keys` (`purpose`,`created_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `signing_keys_active` ON `signing_keys` (`purpose`) WHERE "signing_keys"."active_at" is not null and "signing_keys"."retiring_at" is null;--> statement-breakpoint
CREATE TABLE `tenant_ceiling` (
	`tenant_id` text NOT NULL,
	`permission` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `permission`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `tenants` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`rights_version` integer DEFAULT 0 NOT NULL,
	`policy` text NOT NULL,
	`ceiling_since` integer,
	`m2m_off_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tenants_by_slug` ON `tenants` (`slug`);--> statement-breakpoint
CREATE TABLE `token_directory` (
	`token_id` text PRIMARY KEY NOT NULL,
	`tenant_id` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `token_grants` (
	`tenant_id` text NOT NULL,
	`token_id` text NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `token_id`, `kind`, `key`),
	FOREIGN KEY (`tenant_id`,`token_id`) REFERENCES `tokens`(`tenant_id`,`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `token_use` (
	`tenant_id` text NOT NULL,
	`token_id` text NOT NULL,
	`day` integer NOT NULL,
	`outcome` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `token_id`, `day`, `outcome`),
	FOREIGN KEY (`tenant_id`,`token_id`) REFERENCES `tokens`(`tenant_id`,`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `tokens` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`context` text NOT NULL,
	`type` text NOT NULL,
	`owner_user_id` text,
	`granter_user_id` text NOT NULL,
	`granter_name` text NOT NULL,
	`granter_level` integer NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`search_text` text NOT NULL,
	`grant_mode` text NOT NULL,
	`ip_allowlist` text DEFAULT '[]' NOT NULL,
	`metadata` text DEFAULT '{}' NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`revoked_by` text,
	`revoked_reason` text,
	`paused_at` integer,
	`paused_by` text,
	`paused_level` integer,
	`paused_reason` text,
	`hint` text NOT NULL,
	`refresh_seq` integer DEFAULT 0 NOT NULL,
	`version` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "tokens_context" CHECK("tokens"."context" in ('user', 'tenant')),
	CONSTRAINT "tokens_type" CHECK("tokens"."type" in ('client_credentials', 'access_token')),
	CONSTRAINT "tokens_grant_mode" CHECK("tokens"."grant_mode" in ('owner', 'permissions', 'roles')),
	CONSTRAINT "tokens_owner" CHECK(("tokens"."context" = 'user') = ("tokens"."owner_user_id" is not null)),
	CONSTRAINT "tokens_owner_grant" CHECK("tokens"."grant_mode" <> 'owner' or "tokens"."context" = 'user')
);
--> statement-breakpoint
CREATE INDEX `tokens_newest` ON `tokens` (`tenant_id`,`context`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `tokens_live_newest` ON `tokens` (`tenant_id`,`context`,`created_at`,`id`) WHERE "tokens"."revoked_at" is null;--> statement-breakpoint
CREATE INDEX `tokens_by_owner` ON `tokens` (`tenant_id`,`owner_user_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`password_digest` text,
	`password_changed_at` integer,
	`operator_since` integer,
	`disabled_at` integer,
	`created_at` integer NOT NULL,
	`version` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_by_email` ON `users` (`email`);