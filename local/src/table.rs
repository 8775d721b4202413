//! Makes the table as template.yaml describes it.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, StreamSpecification, StreamViewType,
    TimeToLiveSpecification, TimeToLiveStatus,
};

use crate::{ServerError, template};

/// Makes the table `name`, or what is missing of it: whoever began may have been cut short.
///
/// # Errors
/// [`ServerError`] where template.yaml or the engine does not permit it.
pub async fn create_if_missing(client: &Client, name: &str) -> Result<(), ServerError> {
    let table: template::Table = template::properties("Table")?;
    let described = client.describe_table().table_name(name).send().await;
    match described.map_err(aws_sdk_dynamodb::Error::from) {
        Ok(described) => {
            let described = described.table.ok_or("the table has no description")?;
            if described.stream_specification.is_none() {
                delete_unfinished(client, name, described.item_count).await?;
                create(client, name, &table).await?;
            }
            Ok(())
        }
        Err(aws_sdk_dynamodb::Error::ResourceNotFoundException(_)) => {
            create(client, name, &table).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The engine gives a table its stream last. Without it, the table may lack anything, and nothing was written to it.
async fn delete_unfinished(
    client: &Client,
    name: &str,
    item_count: Option<i64>,
) -> Result<(), ServerError> {
    if item_count.is_some_and(|count| count > 0) {
        return Err(format!(
            "the table {name} has no stream: turn it on with `aws dynamodb update-table`"
        )
        .into());
    }
    let deleted = client.delete_table().table_name(name).send().await;
    deleted.map_err(aws_sdk_dynamodb::Error::from)?;
    Ok(())
}

async fn create(client: &Client, name: &str, table: &template::Table) -> Result<(), ServerError> {
    let mut request = client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(key_schema(&table.key_schema)?))
        .stream_specification(
            StreamSpecification::builder()
                .stream_enabled(true)
                .stream_view_type(StreamViewType::from(
                    table.stream_specification.stream_view_type.as_str(),
                ))
                .build()?,
        );
    for attribute in &table.attribute_definitions {
        request = request.attribute_definitions(
            AttributeDefinition::builder()
                .attribute_name(&attribute.attribute_name)
                .attribute_type(ScalarAttributeType::from(attribute.attribute_type.as_str()))
                .build()?,
        );
    }
    for index in &table.global_secondary_indexes {
        let projection = ProjectionType::from(index.projection.projection_type.as_str());
        request = request.global_secondary_indexes(
            GlobalSecondaryIndex::builder()
                .index_name(&index.index_name)
                .set_key_schema(Some(key_schema(&index.key_schema)?))
                .projection(Projection::builder().projection_type(projection).build())
                .build()?,
        );
    }
    match request.send().await.map_err(aws_sdk_dynamodb::Error::from) {
        // On a busy machine the SDK gives up waiting and asks again: then the first call has made it.
        Ok(_) | Err(aws_sdk_dynamodb::Error::ResourceInUseException(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Lets the engine delete the items of the table `name` whose time is over, unless it does already: it refuses to be told twice.
/// It goes by the time that it is, so a table in which it is another time does without.
///
/// # Errors
/// [`ServerError`] where template.yaml or the engine does not permit it.
pub async fn expire(client: &Client, name: &str) -> Result<(), ServerError> {
    let table: template::Table = template::properties("Table")?;
    let described = client.describe_time_to_live().table_name(name).send().await;
    let described = described.map_err(aws_sdk_dynamodb::Error::from)?;
    let status = described.time_to_live_description.and_then(|ttl| ttl.time_to_live_status);
    if matches!(status, Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)) {
        return Ok(());
    }
    let attribute = table.time_to_live_specification.attribute_name;
    let specification =
        TimeToLiveSpecification::builder().attribute_name(attribute).enabled(true).build()?;
    let updated = client
        .update_time_to_live()
        .table_name(name)
        .time_to_live_specification(specification)
        .send()
        .await;
    updated.map_err(aws_sdk_dynamodb::Error::from)?;
    Ok(())
}

fn key_schema(
    elements: &[template::KeySchemaElement],
) -> Result<Vec<KeySchemaElement>, ServerError> {
    let element = |element: &template::KeySchemaElement| {
        Ok(KeySchemaElement::builder()
            .attribute_name(&element.attribute_name)
            .key_type(KeyType::from(element.key_type.as_str()))
            .build()?)
    };
    elements.iter().map(element).collect()
}
