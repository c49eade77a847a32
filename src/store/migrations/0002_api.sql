CREATE TABLE "signalbox"."forgotten_deliveries" (
	"forge" text NOT NULL,
	"state" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "forgotten_deliveries_forge_state_pk" PRIMARY KEY("forge","state")
);
--> statement-breakpoint
CREATE TABLE "signalbox"."readers" (
	"name" text PRIMARY KEY NOT NULL,
	"cursor" bigint DEFAULT 0 NOT NULL,
	"state" jsonb,
	"due_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "signalbox"."tokens" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"digest" "bytea" NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "signalbox"."tasks" ADD COLUMN "limits" jsonb;--> statement-breakpoint
ALTER TABLE "signalbox"."tasks" ADD COLUMN "first_agent" uuid;--> statement-breakpoint
CREATE UNIQUE INDEX "tokens_digest" ON "signalbox"."tokens" USING btree ("digest");--> statement-breakpoint
CREATE INDEX "events_type" ON "signalbox"."events" USING btree ("type","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "tasks_first_agent" ON "signalbox"."tasks" USING btree ("first_agent");--> statement-breakpoint
CREATE INDEX "tasks_newest" ON "signalbox"."tasks" USING btree ("created_at","id");