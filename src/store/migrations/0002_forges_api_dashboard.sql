CREATE TABLE "signalbox"."diffs" (
	"agent_id" uuid PRIMARY KEY NOT NULL,
	"commit" text NOT NULL,
	"text" text NOT NULL,
	"truncated" boolean NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "signalbox"."forgotten_deliveries" (
	"forge" text NOT NULL,
	"state" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "forgotten_deliveries_forge_state_pk" PRIMARY KEY("forge","state")
);
--> statement-breakpoint
CREATE TABLE "signalbox"."known_labels" (
	"forge" text NOT NULL,
	"repository" text NOT NULL,
	"number" integer NOT NULL,
	"label" text NOT NULL,
	"present" boolean NOT NULL,
	"changed_at" timestamp (3) with time zone NOT NULL,
	"delivery_id" text NOT NULL,
	CONSTRAINT "known_labels_forge_repository_number_label_pk" PRIMARY KEY("forge","repository","number","label")
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
ALTER TABLE "signalbox"."agents" ADD COLUMN "limits" jsonb;--> statement-breakpoint
ALTER TABLE "signalbox"."checkpoints" ADD COLUMN "outdated" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "signalbox"."deliveries" ADD COLUMN "key" text;--> statement-breakpoint
ALTER TABLE "signalbox"."facts" ADD COLUMN "at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "signalbox"."tasks" ADD COLUMN "title" text;--> statement-breakpoint
ALTER TABLE "signalbox"."tasks" ADD COLUMN "limits" jsonb;--> statement-breakpoint
ALTER TABLE "signalbox"."tasks" ADD COLUMN "first_agent" uuid;--> statement-breakpoint
ALTER TABLE "signalbox"."diffs" ADD CONSTRAINT "diffs_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "signalbox"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "tokens_digest" ON "signalbox"."tokens" USING btree ("digest");--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_key" ON "signalbox"."deliveries" USING btree ("forge","key") WHERE key is not null;--> statement-breakpoint
CREATE INDEX "events_command" ON "signalbox"."events" USING btree ((data ->> 'cause')) WHERE type in ('command.accepted', 'command.refused');--> statement-breakpoint
CREATE INDEX "events_type" ON "signalbox"."events" USING btree ("type","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "tasks_first_agent" ON "signalbox"."tasks" USING btree ("first_agent");--> statement-breakpoint
CREATE INDEX "tasks_newest" ON "signalbox"."tasks" USING btree ("created_at","id");