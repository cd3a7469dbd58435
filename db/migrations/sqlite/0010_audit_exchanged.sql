DROP INDEX `audit_events_by_target`;--> statement-breakpoint
CREATE INDEX `audit_events_exchanged` ON `audit_events` (`at`) WHERE "audit_events"."type" = 'token.exchanged';