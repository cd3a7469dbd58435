PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_token_use` (
	`tenant_id` text NOT NULL,
	`token_id` text NOT NULL,
	`day` integer NOT NULL,
	`permission` text DEFAULT '' NOT NULL,
	`outcome` text NOT NULL,
	`count` integer NOT NULL,
	`asked` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`tenant_id`, `token_id`, `day`, `permission`, `outcome`),
	FOREIGN KEY (`tenant_id`,`token_id`) REFERENCES `tokens`(`tenant_id`,`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT INTO `__new_token_use`("tenant_id", "token_id", "day", "outcome", "count") SELECT "tenant_id", "token_id", "day", "outcome", "count" FROM `token_use`;--> statement-breakpoint
DROP TABLE `token_use`;--> statement-breakpoint
ALTER TABLE `__new_token_use` RENAME TO `token_use`;--> statement-breakpoint
PRAGMA foreign_keys=ON;