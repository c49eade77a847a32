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
ALTER TABLE "signalbox"."deliveries" ADD COLUMN "key" text;--> statement-breakpoint
ALTER TABLE "signalbox"."facts" ADD COLUMN "at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_key" ON "signalbox"."deliveries" USING btree ("forge","key") WHERE key is not null;