CREATE TABLE "signalbox"."checkpoints" (
	"agent_id" uuid PRIMARY KEY NOT NULL,
	"commit" text NOT NULL,
	"bundle" "bytea" NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "signalbox"."agents" ADD COLUMN "lease_token" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "signalbox"."agents" ADD COLUMN "resumptions" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "signalbox"."agents" ADD COLUMN "host" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "signalbox"."agents" ADD COLUMN "ground" jsonb;--> statement-breakpoint
ALTER TABLE "signalbox"."agents" ADD COLUMN "publishing" text;--> statement-breakpoint
ALTER TABLE "signalbox"."tasks" ADD COLUMN "kill_confirmed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "signalbox"."tasks" ADD COLUMN "stop_requested_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "signalbox"."tasks" ADD COLUMN "stop_request" jsonb;--> statement-breakpoint
ALTER TABLE "signalbox"."checkpoints" ADD CONSTRAINT "checkpoints_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "signalbox"."agents"("id") ON DELETE no action ON UPDATE no action;