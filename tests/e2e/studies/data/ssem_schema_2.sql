BEGIN TRANSACTION;
CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO "alembic_version" VALUES('v3.2.0.a');
CREATE TABLE ssem_meta (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
INSERT INTO "ssem_meta" VALUES('schema_version',2);
CREATE TABLE ssem_journal_lines (
  name TEXT NOT NULL, number INTEGER NOT NULL, line TEXT NOT NULL, PRIMARY KEY (name, number)) WITHOUT ROWID;
INSERT INTO "ssem_journal_lines" VALUES('log',0,'{"op":1}');
CREATE TABLE ssem_receipts (
  session TEXT NOT NULL PRIMARY KEY, sequence INTEGER NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
  time DATETIME NOT NULL) WITHOUT ROWID;
INSERT INTO "ssem_receipts" VALUES('0f3c',7,200,'{}','2026-11-20 10:00:00.000000');
CREATE TABLE studies (
  study_id INTEGER NOT NULL, study_name VARCHAR(512) NOT NULL, PRIMARY KEY (study_id));
INSERT INTO "studies" VALUES(1,'old');
CREATE TABLE study_directions (
  study_direction_id INTEGER NOT NULL, direction VARCHAR(8) NOT NULL, study_id INTEGER NOT NULL,
  objective INTEGER NOT NULL, PRIMARY KEY (study_direction_id), UNIQUE (study_id, objective),
  FOREIGN KEY(study_id) REFERENCES studies (study_id));
INSERT INTO "study_directions" VALUES(1,'MINIMIZE',1,0);
CREATE TABLE study_system_attributes (
  study_system_attribute_id INTEGER NOT NULL, study_id INTEGER, "key" VARCHAR(512), value_json TEXT,
  PRIMARY KEY (study_system_attribute_id), UNIQUE (study_id, "key"),
  FOREIGN KEY(study_id) REFERENCES studies (study_id));
CREATE TABLE study_user_attributes (
  study_user_attribute_id INTEGER NOT NULL, study_id INTEGER, "key" VARCHAR(512), value_json TEXT,
  PRIMARY KEY (study_user_attribute_id), UNIQUE (study_id, "key"),
  FOREIGN KEY(study_id) REFERENCES studies (study_id));
INSERT INTO "study_user_attributes" VALUES(1,1,'made','"before"');
CREATE TABLE trial_heartbeats (
  trial_heartbeat_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, heartbeat DATETIME NOT NULL,
  PRIMARY KEY (trial_heartbeat_id), UNIQUE (trial_id),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
CREATE TABLE trial_intermediate_values (
  trial_intermediate_value_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, step INTEGER NOT NULL,
  intermediate_value FLOAT, intermediate_value_type VARCHAR(7) NOT NULL,
  PRIMARY KEY (trial_intermediate_value_id), UNIQUE (trial_id, step),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
INSERT INTO "trial_intermediate_values" VALUES(1,1,0,NULL,'NAN');
INSERT INTO "trial_intermediate_values" VALUES(2,1,1,0.0976270078546495,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(3,2,0,NULL,'NAN');
INSERT INTO "trial_intermediate_values" VALUES(4,2,1,2.91788226133312234011e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(5,3,0,NULL,'NAN');
INSERT INTO "trial_intermediate_values" VALUES(6,3,1,5.83450076165329178934e-01,'FINITE');
INSERT INTO "trial_intermediate_values" VALUES(7,4,0,NULL,'NAN');
INSERT INTO "trial_intermediate_values" VALUES(8,4,1,-8.25741400596918584398e-01,'FINITE');
CREATE TABLE trial_params (
  param_id INTEGER NOT NULL, trial_id INTEGER, param_name VARCHAR(512), param_value FLOAT, distribution_json TEXT,
  PRIMARY KEY (param_id), UNIQUE (trial_id, param_name),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
INSERT INTO "trial_params" VALUES(1,1,'x',0.0976270078546495,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -1.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(2,1,'kind',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["a", null, NaN]}}');
INSERT INTO "trial_params" VALUES(3,1,'n',4.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 2, "low": 2, "high": 8}}');
INSERT INTO "trial_params" VALUES(4,2,'x',2.91788226133312234011e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -1.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(5,2,'kind',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["a", null, NaN]}}');
INSERT INTO "trial_params" VALUES(6,2,'n',4.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 2, "low": 2, "high": 8}}');
INSERT INTO "trial_params" VALUES(7,3,'x',5.83450076165329178934e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -1.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(8,3,'kind',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["a", null, NaN]}}');
INSERT INTO "trial_params" VALUES(9,3,'n',2.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 2, "low": 2, "high": 8}}');
INSERT INTO "trial_params" VALUES(10,4,'x',-8.25741400596918584398e-01,'{"name": "FloatDistribution", "attributes": {"step": null, "low": -1.0, "high": 1.0, "log": false}}');
INSERT INTO "trial_params" VALUES(11,4,'kind',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["a", null, NaN]}}');
INSERT INTO "trial_params" VALUES(12,4,'n',8.0,'{"name": "IntDistribution", "attributes": {"log": false, "step": 2, "low": 2, "high": 8}}');
CREATE TABLE trial_system_attributes (
  trial_system_attribute_id INTEGER NOT NULL, trial_id INTEGER, "key" VARCHAR(512), value_json TEXT,
  PRIMARY KEY (trial_system_attribute_id), UNIQUE (trial_id, "key"),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
INSERT INTO "trial_system_attributes" VALUES(1,5,'fixed_params','{"x": 0.25}');
CREATE TABLE trial_user_attributes (
  trial_user_attribute_id INTEGER NOT NULL, trial_id INTEGER, "key" VARCHAR(512), value_json TEXT,
  PRIMARY KEY (trial_user_attribute_id), UNIQUE (trial_id, "key"),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
INSERT INTO "trial_user_attributes" VALUES(1,1,'k','[1, Infinity]');
INSERT INTO "trial_user_attributes" VALUES(2,2,'k','[1, Infinity]');
INSERT INTO "trial_user_attributes" VALUES(3,3,'k','[1, Infinity]');
INSERT INTO "trial_user_attributes" VALUES(4,4,'k','[1, Infinity]');
CREATE TABLE trial_values (
  trial_value_id INTEGER NOT NULL, trial_id INTEGER NOT NULL, objective INTEGER NOT NULL, value FLOAT,
  value_type VARCHAR(7) NOT NULL, PRIMARY KEY (trial_value_id), UNIQUE (trial_id, objective),
  FOREIGN KEY(trial_id) REFERENCES trials (trial_id));
INSERT INTO "trial_values" VALUES(1,1,0,0.0976270078546495,'FINITE');
INSERT INTO "trial_values" VALUES(2,2,0,NULL,'INF_POS');
INSERT INTO "trial_values" VALUES(3,3,0,5.83450076165329178934e-01,'FINITE');
INSERT INTO "trial_values" VALUES(4,4,0,-8.25741400596918584398e-01,'FINITE');
CREATE TABLE trials (
  trial_id INTEGER NOT NULL, number INTEGER, study_id INTEGER, state VARCHAR(8) NOT NULL,
  datetime_start DATETIME, datetime_complete DATETIME, PRIMARY KEY (trial_id),
  FOREIGN KEY(study_id) REFERENCES studies (study_id));
INSERT INTO "trials" VALUES(1,0,1,'COMPLETE','2026-11-24 13:52:34.218704','2026-11-24 13:52:34.223576');
INSERT INTO "trials" VALUES(2,1,1,'COMPLETE','2026-11-24 13:52:34.224497','2026-11-24 13:52:34.229566');
INSERT INTO "trials" VALUES(3,2,1,'PRUNED','2026-11-24 13:52:34.230594','2026-11-24 13:52:34.236192');
INSERT INTO "trials" VALUES(4,3,1,'COMPLETE','2026-11-24 13:52:34.237046','2026-11-24 13:52:34.242455');
INSERT INTO "trials" VALUES(5,4,1,'WAITING',NULL,NULL);
CREATE TABLE version_info (
  version_info_id INTEGER NOT NULL, schema_version INTEGER, library_version VARCHAR(256),
  PRIMARY KEY (version_info_id), CHECK (version_info_id = 1));
INSERT INTO "version_info" VALUES(1,12,'ssem');
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE INDEX ix_trials_study_id ON trials (study_id);
COMMIT;
