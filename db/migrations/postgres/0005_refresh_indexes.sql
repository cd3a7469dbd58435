DROP INDEX "refresh_tokens_by_family";--> statement-breakpoint
DROP INDEX "refresh_tokens_successor";--> statement-breakpoint
CREATE INDEX "refresh_tokens_newest_of_family" ON "refresh_tokens" USING btree ("tenant_id","family_id") WHERE "refresh_tokens"."used_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "refresh_tokens_successor" ON "refresh_tokens" USING btree ("tenant_id","token_id","predecessor_sequence") WHERE "refresh_tokens"."predecessor_sequence" is not null;