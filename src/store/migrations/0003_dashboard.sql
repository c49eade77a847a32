CREATE TABLE "signalbox"."diffs" (
	"agent_id" uuid PRIMARY KEY NOT NULL,
	"commit" text NOT NULL,
	"text" text NOT NULL,
	"truncated" boolean NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "signalbox"."agents" ADD COLUMN "limits" jsonb;--> statement-breakpoint
ALTER TABLE "signalbox"."tasks" ADD COLUMN "title" text;--> statement-breakpoint
ALTER TABLE "signalbox"."diffs" ADD CONSTRAINT "diffs_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "signalbox"."agents"("id") ON DELETE no action ON UPDATE no action;