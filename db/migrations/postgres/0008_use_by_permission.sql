ALTER TABLE "token_use" ADD COLUMN "permission" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "token_use" ADD COLUMN "asked" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "token_use" ALTER COLUMN "count" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "token_use" DROP CONSTRAINT "token_use_tenant_id_token_id_day_outcome_pk";--> statement-breakpoint
ALTER TABLE "token_use" ADD CONSTRAINT "token_use_tenant_id_token_id_day_permission_outcome_pk" PRIMARY KEY("tenant_id","token_id","day","permission","outcome");