ALTER TABLE "signalbox"."deliveries" ADD COLUMN "request_id" text DEFAULT gen_random_uuid()::text NOT NULL;--> statement-breakpoint
ALTER TABLE "signalbox"."deliveries" ADD COLUMN "trace_parent" text;--> statement-breakpoint
ALTER TABLE "signalbox"."tasks" ADD COLUMN "request_id" text DEFAULT gen_random_uuid()::text NOT NULL;--> statement-breakpoint
ALTER TABLE "signalbox"."tasks" ADD COLUMN "trace_parent" text;