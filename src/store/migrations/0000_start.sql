CREATE SCHEMA IF NOT EXISTS "signalbox";
--> statement-breakpoint
CREATE TABLE "signalbox"."agents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"task_id" uuid NOT NULL,
	"attempt" integer NOT NULL,
	"state" text NOT NULL,
	"worker" text NOT NULL,
	"lease_until" timestamp (3) with time zone NOT NULL,
	"model" text NOT NULL,
	"usage" jsonb NOT NULL,
	"cost_usd" double precision DEFAULT 0 NOT NULL,
	"step" text,
	"error" text,
	"spawned_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "signalbox"."deliveries" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"forge" text NOT NULL,
	"delivery_id" text NOT NULL,
	"event" text NOT NULL,
	"body" text NOT NULL,
	"lane" text NOT NULL,
	"state" text DEFAULT 'received' NOT NULL,
	"note" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"handled_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "signalbox"."events" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"task_id" uuid,
	"agent_id" uuid,
	"data" jsonb NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "signalbox"."facts" (
	"name" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "signalbox"."gates" (
	"task_id" uuid NOT NULL,
	"gate" text NOT NULL,
	"position" integer NOT NULL,
	"result" jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "gates_task_id_gate_pk" PRIMARY KEY("task_id","gate")
);
--> statement-breakpoint
CREATE TABLE "signalbox"."reports" (
	"task_id" uuid PRIMARY KEY NOT NULL,
	"wanted" bigint NOT NULL,
	"done" bigint DEFAULT 0 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"comment_id" bigint,
	"comment_body" text,
	"checks" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"problem" text
);
--> statement-breakpoint
CREATE TABLE "signalbox"."steps" (
	"agent_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"body" text NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "steps_agent_id_seq_pk" PRIMARY KEY("agent_id","seq")
);
--> statement-breakpoint
CREATE TABLE "signalbox"."tasks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"cause" text NOT NULL,
	"forge" text NOT NULL,
	"repository" text NOT NULL,
	"number" integer NOT NULL,
	"subject_kind" text NOT NULL,
	"asked_on" integer NOT NULL,
	"purpose" text NOT NULL,
	"agent_type" text NOT NULL,
	"profile" text,
	"priority" integer NOT NULL,
	"instruction" text,
	"requested_by_login" text NOT NULL,
	"requested_by_id" bigint NOT NULL,
	"branch" text,
	"base_branch" text,
	"pull_request" integer,
	"head_sha" text,
	"state" text NOT NULL,
	"outcome" jsonb,
	"continues" uuid,
	"kill_requested_at" timestamp (3) with time zone,
	"kill_request" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "signalbox"."agents" ADD CONSTRAINT "agents_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "signalbox"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "signalbox"."gates" ADD CONSTRAINT "gates_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "signalbox"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "signalbox"."reports" ADD CONSTRAINT "reports_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "signalbox"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "signalbox"."steps" ADD CONSTRAINT "steps_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "signalbox"."agents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "agents_attempt" ON "signalbox"."agents" USING btree ("task_id","attempt");--> statement-breakpoint
CREATE INDEX "agents_live" ON "signalbox"."agents" USING btree ("state","lease_until");--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_once" ON "signalbox"."deliveries" USING btree ("forge","delivery_id");--> statement-breakpoint
CREATE INDEX "deliveries_waiting" ON "signalbox"."deliveries" USING btree ("lane","seq") WHERE state = 'received';--> statement-breakpoint
CREATE INDEX "events_task" ON "signalbox"."events" USING btree ("task_id","seq");--> statement-breakpoint
CREATE INDEX "events_agent" ON "signalbox"."events" USING btree ("agent_id","seq");--> statement-breakpoint
CREATE INDEX "reports_due" ON "signalbox"."reports" USING btree ("due_at") WHERE wanted > done;--> statement-breakpoint
CREATE UNIQUE INDEX "tasks_cause" ON "signalbox"."tasks" USING btree ("cause");--> statement-breakpoint
CREATE UNIQUE INDEX "tasks_one_live" ON "signalbox"."tasks" USING btree ("forge","repository","number") WHERE state in ('pending', 'dispatched', 'running');--> statement-breakpoint
CREATE INDEX "tasks_live" ON "signalbox"."tasks" USING btree ("state","priority","created_at");--> statement-breakpoint
CREATE INDEX "tasks_pull" ON "signalbox"."tasks" USING btree ("forge","repository","pull_request");